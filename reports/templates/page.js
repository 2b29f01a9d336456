"use strict";
(function () {
  const pictures = JSON.parse(document.getElementById("figures").textContent);
  const style = getComputedStyle(document.documentElement);
  const read = (name) => style.getPropertyValue(name).trim();
  const font = getComputedStyle(document.body).fontFamily;
  if (pictures.locale.format) {
    Plotly.register({ moduleType: "locale", name: pictures.locale.name, dictionary: {}, format: pictures.locale.format });
  }

  function look() {
    const axis = { gridcolor: read("--grid"), zerolinecolor: read("--line"), linecolor: read("--line") };
    return { font: { family: font, size: 13, color: read("--ink") }, hoverlabel: { font: { family: font } }, axis: axis };
  }

  function draw() {
    const colors = look();
    for (const [id, figure] of Object.entries(pictures.figures)) {
      const layout = Object.assign({}, figure.layout, { font: colors.font, hoverlabel: colors.hoverlabel });
      for (const axis of ["xaxis", "yaxis"].filter((axis) => axis in figure.layout)) {
        layout[axis] = Object.assign({}, figure.layout[axis], colors.axis);
      }
      Plotly.react(id, figure.data, layout, { responsive: true, displaylogo: false, displayModeBar: false, locale: pictures.locale.name });
    }
  }

  draw();
  window.matchMedia("(prefers-color-scheme: dark)").addEventListener("change", draw);
  window.addEventListener("beforeprint", draw);
})();
