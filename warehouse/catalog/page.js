// Search: every word must occur in a table's name, comment, lineage or one of its columns; matching columns are marked.
const box = document.getElementById("search"), count = document.getElementById("count");
const sections = [...document.querySelectorAll("section")].map(element => ({
  element,
  link: document.querySelector(`nav a[href="#${element.id}"]`),
  about: element.dataset.about.toLowerCase(),
  rows: [...element.querySelectorAll("tr[data-column]")].map(row => ({ row, text: row.textContent.toLowerCase() })),
}));
function find() {
  const words = box.value.toLowerCase().split(/\s+/).filter(Boolean);
  let shown = 0;
  for (const { element, link, about, rows } of sections) {
    const everything = about + " " + rows.map(r => r.text).join(" ");
    const hit = words.every(word => everything.includes(word));
    element.hidden = link.hidden = !hit;
    shown += hit;
    for (const { row, text } of rows)
      row.style.background = words.length && words.some(word => text.includes(word)) ? "var(--mark)" : "";
  }
  for (const group of document.querySelectorAll("nav h2"))
    group.hidden = ![...group.nextElementSibling.children].some(link => !link.hidden);
  count.textContent = `${shown} of ${sections.length} tables`;
  document.getElementById("none").hidden = shown > 0;
}
box.addEventListener("input", find);
document.addEventListener("keydown", event => {
  if (event.key === "/" && document.activeElement !== box) { event.preventDefault(); box.focus(); }
  if (event.key === "Escape" && document.activeElement === box) { box.value = ""; find(); }
});
for (const button of document.querySelectorAll(".query button"))
  button.addEventListener("click", () => navigator.clipboard.writeText(button.previousElementSibling.textContent)
    .then(() => { button.textContent = "copied"; setTimeout(() => { button.textContent = "copy"; }, 1500); }));
box.value = new URLSearchParams(location.search).get("q") || "";
find();
