// What the pages do beyond their HTML: draw charts, move through time, renew figures. Without it
// every page still shows everything in tables.
"use strict";

// ── Charts ───────────────────────────────────────────────────────────────────────────────────────

const language = document.documentElement.lang;
const calm = matchMedia("(prefers-reduced-motion: reduce)");
const compact = new Intl.NumberFormat(language, { notation: "compact", maximumFractionDigits: 1 });

/** The colours of the theme in force, as the style says them. */
function palette() {
  const probe = document.createElement("span");
  document.body.append(probe);
  const colour = (name) => {
    probe.style.color = `var(--${name})`;
    return getComputedStyle(probe).color;
  };
  const names = ["ink", "soft", "line", "raised", "good", "bad", "1", "2", "3", "4", "5", "6"];
  const colours = Object.fromEntries(names.map((name) => [name, colour(/\d/.test(name) ? `c${name}` : name)]));
  probe.remove();
  return colours;
}

/** What ECharts is to draw of a chart as the server describes it. */
function option(chart, colours, narrow) {
  const font = getComputedStyle(document.body).fontFamily;
  const text = { color: colours.soft, fontFamily: font, fontSize: 12 };
  const upright = chart.shape !== "row";
  const many = chart.series.length > 1;
  const categories = {
    type: "category",
    data: chart.categories,
    inverse: !upright,
    axisTick: { show: false },
    axisLine: { lineStyle: { color: colours.line } },
    axisLabel: {
      ...text,
      hideOverlap: true,
      ...(upright ? {} : { width: narrow ? 92 : 130, overflow: "truncate" }),
    },
  };
  const values = {
    type: "value",
    splitNumber: 4,
    // There is no half of a ticket.
    minInterval: chart.series.every(({ points }) => points.every((point) => !point || Number.isInteger(Number(point.value)))) ? 1 : 0,
    axisLabel: { ...text, formatter: (value) => compact.format(value), hideOverlap: true },
    splitLine: { lineStyle: { color: colours.line } },
  };
  const series = chart.series.map((one) => {
    const colour = colours[one.colour];
    const line = chart.shape === "line";
    return {
      name: one.name,
      type: line ? "line" : "bar",
      stack: chart.stacked ? "all" : undefined,
      barMaxWidth: many ? 22 : 34,
      barGap: "12%",
      symbolSize: 8,
      lineStyle: { width: 2.5 },
      itemStyle: { color: colour, borderRadius: line ? 0 : upright ? [3, 3, 0, 0] : [0, 3, 3, 0] },
      label: {
        ...text,
        show: !many && !upright,
        position: "right",
        formatter: ({ data }) => (data ? data.text.split(" · ")[0] : ""),
      },
      data: one.points.map((point) => point && {
        value: Number(point.value),
        text: point.text,
        leads_to: point.leads_to,
      }),
    };
  });
  return {
    animation: !calm.matches,
    animationDuration: 350,
    animationDurationUpdate: 250,
    textStyle: { fontFamily: font },
    grid: { left: 4, right: upright ? 10 : 44, top: many ? 40 : 14, bottom: 4, containLabel: true },
    legend: {
      show: many,
      type: "scroll",
      left: 0,
      top: 0,
      itemWidth: 12,
      itemHeight: 12,
      icon: "roundRect",
      textStyle: text,
      pageTextStyle: text,
    },
    tooltip: {
      trigger: "axis",
      // Drawn, not made of HTML: the pages allow no style within elements.
      renderMode: "richText",
      confine: true,
      axisPointer: { type: chart.shape === "line" ? "line" : "shadow" },
      backgroundColor: colours.raised,
      borderColor: colours.line,
      textStyle: { color: colours.ink, fontFamily: font, fontSize: 13, lineHeight: 20 },
      formatter: (points) => [
        points[0].name,
        ...points.filter(({ data }) => data).map(({ seriesName, data }) => `${seriesName}  ${data.text}`),
      ].join("\n"),
    },
    xAxis: upright ? categories : values,
    yAxis: upright ? values : categories,
    series,
  };
}

/** Draws one, or draws it anew. */
function draw(drawing) {
  const chart = JSON.parse(drawing.parentElement.querySelector("script").textContent);
  let canvas = echarts.getInstanceByDom(drawing);
  if (!canvas) {
    canvas = echarts.init(drawing);
    canvas.on("click", ({ data }) => data && data.leads_to && location.assign(data.leads_to));
    sizes.observe(drawing);
  }
  canvas.setOption(option(chart, palette(), drawing.clientWidth < 420), true);
}

const drawAll = (within) => within.querySelectorAll("[data-chart]").forEach(draw);
const sizes = new ResizeObserver((changes) => {
  for (const { target } of changes) {
    const canvas = echarts.getInstanceByDom(target);
    if (canvas) canvas.resize();
  }
});

// ── Parts of a page that are asked for anew ──────────────────────────────────────────────────────

/** Puts new HTML in place of the old, and keeps what a person would miss: charts, scrolled tables. */
function replace(place, html) {
  const fresh = document.createElement("template");
  fresh.innerHTML = html;
  const drawings = [...place.querySelectorAll("[data-chart]")];
  fresh.content.querySelectorAll("[data-chart]").forEach((drawing, n) => {
    if (drawings[n]) drawing.replaceWith(drawings[n]);
  });
  const scrolled = [...place.querySelectorAll(".scroll")].map((table) => table.scrollLeft);
  place.replaceChildren(fresh.content);
  place.querySelectorAll(".scroll").forEach((table, n) => {
    table.scrollLeft = scrolled[n] || 0;
  });
  drawAll(place);
}

/** Asks for a part; null when the answer is another page: an error, or the sign-in. */
async function part(address, signal) {
  const answer = await fetch(address, { signal, headers: { accept: "text/html" } });
  return answer.ok && !answer.redirected ? answer.text() : null;
}

/** The slider over the days: shows the funnel of the day on which it stands, while it moves. */
function slide(form) {
  const slider = form.querySelector(".slider");
  const [range, shown] = [slider.querySelector("input"), slider.querySelector("output")];
  const date = form.elements.as_of;
  const place = document.getElementById(form.dataset.into);
  const words = new Intl.DateTimeFormat(language, { dateStyle: "medium", timeZone: "UTC" });
  const day = (number) => new Date(Date.parse(form.dataset.first) + number * 86_400_000);
  let asking = new AbortController();
  const show = () => { shown.value = words.format(day(Number(range.value))); };
  const ask = async () => {
    asking.abort();
    asking = new AbortController();
    const asked = new URLSearchParams(new FormData(form));
    try {
      const html = await part(`${form.dataset.slide}?${asked}`, asking.signal);
      if (html === null) return location.assign(`${form.getAttribute("action")}?${asked}`);
      replace(place, html);
      history.replaceState(null, "", `?${asked}`);
      place.dataset.day = date.value;
    } catch (problem) {
      if (problem.name !== "AbortError") throw problem;
    }
  };
  range.addEventListener("input", () => {
    date.value = day(Number(range.value)).toISOString().slice(0, 10);
    show();
    ask();
  });
  date.addEventListener("change", () => {
    if (!date.value) return;
    range.value = Math.round((Date.parse(date.value) - Date.parse(form.dataset.first)) / 86_400_000);
    show();
    ask();
  });
  form.elements.pipeline_id.addEventListener("change", ask);
  show();
  slider.hidden = false;
  form.querySelector("button").hidden = true;
}

/** Figures that renew themselves while somebody looks. */
function renew(place) {
  setInterval(async () => {
    if (document.hidden || place.contains(document.activeElement)) return;
    const html = await part(place.dataset.renew).catch(() => null);
    if (html !== null) replace(place, html);
  }, Number(place.dataset.seconds) * 1_000);
}

// ── The page ─────────────────────────────────────────────────────────────────────────────────────

drawAll(document);
// On a phone the sections are a strip that is wider than the window.
const strip = document.querySelector(".sections");
const current = strip && strip.querySelector("[aria-current]");
if (current) strip.scrollLeft = current.offsetLeft - strip.offsetLeft - (strip.clientWidth - current.offsetWidth) / 2;
document.querySelectorAll("form[data-slide]").forEach(slide);
document.querySelectorAll("[data-renew]").forEach(renew);
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => drawAll(document));
document.addEventListener("click", ({ target }) => {
  const account = document.querySelector("details.account[open]");
  if (account && !account.contains(target)) account.open = false;
});
document.addEventListener("keydown", ({ key }) => {
  const account = document.querySelector("details.account[open]");
  if (account && key === "Escape") account.open = false;
});
document.documentElement.dataset.ready = "true";
