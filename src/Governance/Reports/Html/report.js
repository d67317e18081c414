"use strict";
const value = row => column => row.cells[column].innerText.trim();
const number = text => { const found = text.replace(/\u2212/g, "-").replace(/,/g, "").match(/^[+\u00b1]?-?\d+(\.\d+)?/); return found ? parseFloat(found[0].replace(/[+\u00b1]/, "")) : NaN; };
const compare = (a, b) => { const [x, y] = [number(a), number(b)]; return Number.isNaN(x) || Number.isNaN(y) ? a.localeCompare(b, undefined, { numeric: true }) : x - y; };
for (const table of document.querySelectorAll("table.sortable")) {
  const heads = [...table.tHead.rows[0].cells];
  heads.forEach((head, column) => {
    const button = document.createElement("button");
    button.type = "button";
    button.append(...head.childNodes);
    head.append(button);
    button.addEventListener("click", () => {
      const descending = head.getAttribute("aria-sort") === "ascending";
      heads.forEach(other => other.removeAttribute("aria-sort"));
      head.setAttribute("aria-sort", descending ? "descending" : "ascending");
      const rows = [...table.tBodies[0].rows].map((row, place) => ({ row, place }));
      rows.sort((a, b) => (descending ? -1 : 1) * compare(value(a.row)(column), value(b.row)(column)) || a.place - b.place);
      table.tBodies[0].append(...rows.map(each => each.row));
    });
  });
}
