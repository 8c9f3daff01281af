"""What PyNWB holds of every object of a file by the names of the schema, and the same file written anew from PyNWB's objects.

    matrix.py FILE [--rewrite OUT]

`members`: {object id: {"type", "members": {key: value}}}. A key is a member of the type's effective spec: `data@unit`, `@description`,
`general/devices/<Device>` (a slot without a fixed name: all objects of that type), the empty key for the elements of a dataset type.
Which of the container's attributes holds a member is asked of HDMF's object mapper, the one that writes it: there is no list of names here.
Values are those of `fields.py`; objects are {"object": id}.

`rewrite`: reads the file, takes all elements into memory, marks everything as changed and lets PyNWB write it to another file: all content
goes through PyNWB's constructors on the way in and through its object mappers on the way out.
"""

from __future__ import annotations

import argparse
import json
import sys
import warnings
from collections import Counter

import h5py
from hdmf.build import DatasetBuilder, LinkBuilder
from hdmf.build.errors import ContainerConfigurationError
from hdmf.common import VectorIndex
from hdmf.container import Data
from hdmf.spec import DatasetSpec, GroupSpec
from pynwb import NWBHDF5IO

from fields import Fields, contained


class Members(Fields):
    """As `Fields`, by the names of the schema."""

    def __init__(self, root, manager):
        self.manager = manager
        self.objects = {container.object_id: self.describe(container) for container in [root, *root.all_children()]}

    def link(self, container):
        return {"object": container.object_id}

    def describe(self, container) -> dict:
        mapper = self.manager.type_map.get_map(container)
        found = {}
        if isinstance(container, Data):
            found[""] = self.value(container.data)
        self.walk(mapper, mapper.spec, container, "", found)
        kind = getattr(container, "neurodata_type", None) or container.data_type
        return {"type": kind, "members": found}

    def walk(self, mapper, spec, container, path, found):
        """The values of a spec's members, those of untyped groups among them."""
        for attribute in spec.attributes:
            self.member(mapper, attribute, container, f"{path}@{attribute.name}", found)
        if not isinstance(spec, GroupSpec):
            return
        below = f"{path}/" if path else ""
        for dataset in spec.datasets:
            kind = dataset.data_type_def or dataset.data_type_inc
            key = below + (dataset.name or f"<{kind}>")
            self.member(mapper, dataset, container, key, found, None if dataset.name else kind)
            for attribute in dataset.attributes:
                self.member(mapper, attribute, container, f"{key}@{attribute.name}", found)
        for group in spec.groups:
            kind = group.data_type_def or group.data_type_inc
            key = below + (group.name or f"<{kind}>")
            if kind is None:
                self.walk(mapper, group, container, key, found)
            else:
                self.member(mapper, group, container, key, found, None if group.name else kind)
        for link in spec.links:
            self.member(mapper, link, container, below + (link.name or f"<{link.target_type}>"), found)

    def member(self, mapper, spec, container, key, found, kind=None):
        if mapper.get_attribute(spec) is None:
            return
        try:
            value = mapper.get_attr_value(spec, container, self.manager)
        except ContainerConfigurationError:
            # a fixed value, which PyNWB writes from the specification and keeps nowhere
            return
        if isinstance(value, LinkBuilder):
            # what is shared with another series
            value = value.builder
        if isinstance(value, DatasetBuilder):
            value = value.data
        if isinstance(value, VectorIndex) and isinstance(spec, DatasetSpec) and not spec.name.endswith("_index"):
            # a ragged column is its index to the table's users
            while isinstance(value, VectorIndex):
                value = value.target
        if kind is not None:
            # containers hold the objects of several slots together
            classes = self.manager.type_map.get_dt_container_cls(kind)
            value = [one for one in contained(value) if isinstance(one, classes)]
        found[key] = self.value(value)


class Refused(Exception):
    """What PyNWB says at the bottom: its own message has the whole file in it."""

    def __init__(self, error):
        while error.__cause__ is not None:
            error = error.__cause__
        super().__init__(f"{type(error).__name__}: {str(error)[-500:]}")


def has_extension(path) -> bool:
    """Whether a file has types that PyNWB has to be told."""
    with h5py.File(path) as file:
        return not set(file["specifications"]) <= {"core", "hdmf-common", "hdmf-experimental"}


def read(io):
    """The file's root."""
    try:
        return io.read()
    except Exception as error:  # whatever PyNWB raises is the answer
        raise Refused(error) from None


def members(path) -> dict:
    """All members of all objects of a file."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        with NWBHDF5IO(str(path), "r", load_namespaces=has_extension(path)) as io:
            found = Members(read(io), io.manager).objects
    return found


def in_memory(data):
    """Elements of a dataset, as a user has them who makes the object."""
    if isinstance(data, h5py.Dataset):
        return data[()]
    if hasattr(data, "dataset"):
        # HDMF's wrappers of references and compounds: rows with objects in them
        return data[:]
    return data


def datasets(container) -> dict:
    """The datasets among the fields of an object."""
    return {name: value for name, value in container.fields.items() if isinstance(value, h5py.Dataset)}


def rewrite(source, out):
    """The file at `source`, written anew by PyNWB."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        with NWBHDF5IO(str(source), "r", load_namespaces=has_extension(source)) as io:
            root = read(io)
            containers = [root, *root.all_children()]
            held = Counter(value for container in containers for value in set(datasets(container).values()))
            for container in containers:
                for name, value in datasets(container).items():
                    # what two objects share is left to be shared
                    if held[value] == 1:
                        container.fields[name] = in_memory(value)
                if isinstance(container, Data):
                    container._Data__data = in_memory(container.data)
                container.set_modified(True)
            with NWBHDF5IO(str(out), "w", manager=io.manager) as to:
                to.export(src_io=io, nwbfile=root, write_args={"link_data": False})


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("file")
    parser.add_argument("--rewrite", metavar="OUT")
    options = parser.parse_args()
    if options.rewrite:
        rewrite(options.file, options.rewrite)
    else:
        json.dump(members(options.file), sys.stdout, ensure_ascii=False, indent=1)
    return 0


if __name__ == "__main__":
    sys.exit(main())
