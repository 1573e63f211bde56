const rows = document.querySelector("#rows");
const total = document.querySelector("[name='form-TOTAL_FORMS']");

document.querySelector("#add").addEventListener("click", () => {
  const made = document.createElement("template");
  made.innerHTML = document
    .querySelector("#empty")
    .innerHTML.replaceAll("__prefix__", total.value);
  const row = made.content.firstElementChild;
  rows.append(row);
  total.value = Number(total.value) + 1;
  row.dispatchEvent(new CustomEvent("formset:added", { bubbles: true, detail: { formsetName: "form" } }));
});
