"""ndx-pose with PyNWB: writes the session of the tests, tells what is in one, and where the schema lies.

    pose.py write FILE | read FILE | bare FILE | schema
"""

import json
import sys
from datetime import datetime, timezone
from pathlib import Path

import numpy as np


def write(path):
    from ndx_pose import (PoseEstimation, PoseEstimationSeries, PoseTraining, Skeleton, SkeletonInstance, SkeletonInstances, Skeletons,
                          SourceVideos, TrainingFrame, TrainingFrames, CalibratedCamera)
    from pynwb import NWBHDF5IO, NWBFile
    from pynwb.file import Subject
    from pynwb.image import ImageSeries

    file = NWBFile("a mouse in a box", "pose-1", datetime(2024, 3, 5, 9, 41, 7, tzinfo=timezone.utc))
    file.subject = Subject(subject_id="M7", species="Mus musculus")
    camera = CalibratedCamera(name="camera", description="above", intrinsic_matrix=np.arange(9, dtype="f4").reshape(3, 3),
                              translation_vector=np.array([1, 2, 4.5], dtype="f4"))
    file.add_device(camera)
    video = ImageSeries(name="video", external_file=["video.mp4"], format="external", rate=30.0, unit="n.a.", starting_frame=[0], num_samples=90)
    file.add_acquisition(video)
    skeleton = Skeleton(name="mouse", nodes=["nose", "tail"], edges=np.array([[0, 1]], dtype="u1"), subject=file.subject)
    behavior = file.create_processing_module("behavior", "pose")
    behavior.add(Skeletons(skeletons=[skeleton]))
    nose = PoseEstimationSeries(
        name="nose", description="the nose", data=np.array([[1, 2], [3, 5], [8, 13]], dtype="f4"), unit="pixels",
        reference_frame="upper left corner", timestamps=[0.5, 1.0, 2.0], confidence=np.array([1, 0.5, 0.25], dtype="f4"),
        confidence_definition="softmax")
    tail = PoseEstimationSeries(
        name="tail", data=np.array([[1, 2, 3]] * 3, dtype="f4"), unit="mm", reference_frame="the box", timestamps=nose,
        confidence=np.array([0, 0, 1], dtype="f4"))
    behavior.add(PoseEstimation(
        pose_estimation_series=[nose, tail], description="by hand", scorer="me", source_software="net", source_software_version="1.2",
        skeleton=skeleton, device=camera, source_video=video))
    instance = SkeletonInstance(name="first", id=np.uint8(3), node_locations=np.array([[0.5, 1], [2, 4]]), node_visibility=[True, False],
                                skeleton=skeleton)
    frame = TrainingFrame(name="frame", annotator="her", skeleton_instances=SkeletonInstances(skeleton_instances=[instance]),
                          source_video=video, source_video_frame_index=np.uint8(7))
    behavior.add(PoseTraining(training_frames=TrainingFrames(training_frames=[frame])))
    with NWBHDF5IO(path, "w") as io:
        io.write(file)


def plain(value):
    """Numbers and lists for JSON."""
    if hasattr(value, "shape"):
        value = value[()]
    return value.tolist() if hasattr(value, "tolist") else list(value) if isinstance(value, (list, tuple)) else value


def read(path):
    import ndx_pose  # noqa: F401
    from pynwb import NWBHDF5IO

    with NWBHDF5IO(path, "r") as io:
        file = io.read()
        behavior = file.processing["behavior"]
        pose, training = behavior["PoseEstimation"], behavior["PoseTraining"]
        nose, tail = pose["nose"], pose["tail"]
        camera = file.devices["camera"]
        frame = training.training_frames.training_frames["frame"]
        instance = frame.skeleton_instances.skeleton_instances["first"]
        skeleton = behavior["Skeletons"]["mouse"]
        return {
            "classes": [type(each).__module__ + "." + type(each).__name__ for each in (pose, nose, camera)],
            "camera": [plain(camera.intrinsic_matrix), plain(camera.translation_vector), camera.description],
            "skeleton": [plain(skeleton.nodes), plain(skeleton.edges), skeleton.subject is file.subject],
            "nose": [plain(nose.data), nose.unit, nose.reference_frame, plain(nose.timestamps), plain(nose.confidence),
                     nose.confidence_definition, nose.description],
            "tail": [plain(tail.data), tail.unit, plain(tail.timestamps), plain(tail.confidence), tail.confidence_definition],
            "pose": [pose.description, pose.scorer, pose.source_software, pose.source_software_version],
            "links": [pose.skeleton is skeleton, pose.device is camera, pose.source_video is file.acquisition["video"],
                      instance.skeleton is skeleton, frame.source_video is file.acquisition["video"]],
            "frame": [frame.annotator, plain(frame.source_video_frame_index)],
            "instance": [plain(instance.id), plain(instance.node_locations), plain(instance.node_visibility)],
        }


def bare(path):
    """What PyNWB makes of a file without the extension, by the specs that the file brings along; and what its validator says."""
    from pynwb import NWBHDF5IO, validate

    with NWBHDF5IO(path, "r", load_namespaces=True) as io:
        file = io.read()
        pose = file.processing["behavior"]["PoseEstimation"]
        found = [type(pose).__name__, pose.scorer, plain(pose.pose_estimation_series["nose"].data)]
    errors = validate(path=path)
    errors = errors[0] if isinstance(errors, tuple) else errors
    return {"found": found, "errors": [str(error) for error in errors]}


def schema():
    import importlib.util

    folder = Path(importlib.util.find_spec("ndx_pose").origin).parent / "spec"
    return {each.name: each.read_text() for each in sorted(folder.glob("*.yaml"))}


if __name__ == "__main__":
    task, *arguments = sys.argv[1:]
    print(json.dumps({"write": write, "read": read, "bare": bare, "schema": schema}[task](*arguments)))
