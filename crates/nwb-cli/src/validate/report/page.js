"use strict";
(() => {
  const body = document.querySelector("#findings tbody");
  if (!body) return;
  const rows = [...body.rows].map((row, place) => ({
    row, place,
    severity: Number(row.dataset.severity), file: row.cells[1].textContent, code: row.dataset.code, object: row.cells[3].textContent,
    text: row.textContent.toLowerCase(),
  }));
  const search = document.querySelector("#search");
  const file = document.querySelector("#file");
  const code = document.querySelector("#code");
  const boxes = [...document.querySelectorAll("input[name=severity]")];
  const shown = document.querySelector("#shown");

  const fill = (select, key) => {
    const counts = new Map();
    for (const one of rows) counts.set(one[key], (counts.get(one[key]) ?? 0) + 1);
    for (const [name, count] of [...counts].sort(([a], [b]) => (a < b ? -1 : 1))) {
      const option = document.createElement("option");
      option.value = name;
      option.textContent = `${name} (${count})`;
      select.append(option);
    }
  };
  fill(file, "file");
  fill(code, "code");

  const filter = () => {
    const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
    const wanted = new Set(boxes.filter((box) => box.checked).map((box) => Number(box.value)));
    let count = 0;
    for (const one of rows) {
      const fits = wanted.has(one.severity) && (file.value === "" || one.file === file.value)
        && (code.value === "" || one.code === code.value) && words.every((word) => one.text.includes(word));
      one.row.hidden = !fits;
      count += fits;
    }
    shown.textContent = `${count} of ${rows.length} findings`;
  };

  const heads = [...document.querySelectorAll("#findings th[data-key]")];
  const sort = (head) => {
    const key = head.dataset.key;
    const down = head.getAttribute("aria-sort") === "ascending";
    for (const other of heads) other.removeAttribute("aria-sort");
    head.setAttribute("aria-sort", down ? "descending" : "ascending");
    const compare = (a, b) => (a[key] < b[key] ? -1 : a[key] > b[key] ? 1 : 0);
    rows.sort((a, b) => (down ? compare(b, a) : compare(a, b)) || a.place - b.place);
    body.append(...rows.map((one) => one.row));
  };
  for (const head of heads) head.querySelector("button").addEventListener("click", () => sort(head));
  for (const input of [search, file, code, ...boxes]) input.addEventListener("input", filter);
  document.querySelector(".tools").hidden = false;
  filter();
})();
