/**
 * The page's style. The colours, by Okabe and Ito, are told apart by the colour-blind (https://jfly.uni-koeln.de/color/); the light
 * ones among them are darker on white, the dark ones lighter on black. It must not hold the end of its own element.
 */
export const PAGE_STYLE = `
:root {
  color-scheme: light dark;
  --page: #f6f7f9; --card: #fff; --ink: #171b21; --quiet: #565f6b; --edge: #dde1e7; --grid: #eaedf1; --tint: #f1f3f6; --alert: #b3261e;
  --link: #0b5cad; --focus: #0b5cad; --texture: #ffffff80; --wait: #9aa4b1; --merge: #bfd3e6; --gap: #c9ced6; --count: #10141a;
  --c0: #0072b2; --c1: #c65200; --c2: #008a66; --c3: #b04f95; --c4: #a87200; --c5: #2f86bd; --c6: #5f646c; --c7: #7d6100;
}
@media screen and (prefers-color-scheme: dark) {
  :root {
    --page: #0f1216; --card: #171b21; --ink: #e9ecf0; --quiet: #a0a9b5; --edge: #2b313a; --grid: #242a32; --tint: #1d222a; --alert: #ff8a80;
    --link: #7cc0ff; --focus: #7cc0ff; --texture: #00000059; --wait: #6d7784; --merge: #34506b; --gap: #3a424d; --count: #0b0e12;
    --c0: #4aa8e8; --c1: #f0803c; --c2: #2cc295; --c3: #dd8fc2; --c4: #e8b23a; --c5: #8fd0f5; --c6: #a8b0bb; --c7: #d6c25a;
  }
}
* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; text-size-adjust: 100%; scroll-padding-top: 16px; }
body { margin: 0 auto; padding: 40px 32px 80px; max-width: 1240px; background: var(--page); color: var(--ink);
  font: 15px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif; font-kerning: normal; overflow-wrap: break-word; }
h1, h2, h3 { line-height: 1.25; text-wrap: balance; }
h1 { margin: 0; font-size: 28px; font-weight: 680; letter-spacing: -0.018em; }
h2 { margin: 40px 0 12px; font-size: 21px; font-weight: 660; letter-spacing: -0.012em; overflow-wrap: anywhere; }
h3 { margin: 0; font-size: 16px; font-weight: 640; letter-spacing: -0.005em; }
section > h3 { margin: 28px 0 10px; }
p { margin: 0; max-width: 76ch; text-wrap: pretty; }
small { font-size: 0.8em; font-weight: 400; color: var(--quiet); }
a { color: var(--link); text-underline-offset: 2px; }
.quiet, figcaption p { color: var(--quiet); }
header .quiet { margin-top: 6px; }
.headline { margin: 0 0 10px; max-width: 58ch; font-size: 20px; line-height: 1.4; font-weight: 500; letter-spacing: -0.01em; overflow-wrap: anywhere; }
.model-body > .quiet { font-size: 14px; overflow-wrap: anywhere; }
.unknown { margin: 18px 0 0; padding: 14px 18px; max-width: 84ch; border-left: 3px solid var(--c4); border-radius: 4px; background: var(--tint); font-size: 14px; }
.unknown ul + p { margin-top: 10px; }
.files p { overflow-wrap: anywhere; }
.unknown h3 { font-size: 14px; }
.unknown ul { margin: 6px 0 0; padding-left: 18px; }
.unknown li { overflow-wrap: anywhere; }
.unknown li + li { margin-top: 3px; }
.skip { position: absolute; left: -999px; top: 8px; padding: 8px 12px; background: var(--card); border-radius: 6px; z-index: 5; }
.skip:focus { left: 8px; }
:focus-visible { outline: 2px solid var(--focus); outline-offset: 2px; border-radius: 4px; }
main:focus, .model > div:focus { outline: none; }
[hidden] { display: none !important; }
.unseen { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
.shapes { position: absolute; }

.control { display: flex; flex-wrap: wrap; align-items: center; gap: 6px 14px; margin: 16px 0 0; font-size: 14px; }
.control label { font-weight: 600; }
.control output { font-variant-numeric: tabular-nums; overflow-wrap: anywhere; }
.control input[type="range"] { flex: 0 1 260px; min-width: 140px; height: 28px; margin: 0; accent-color: var(--c0); }
.control.time { display: grid; grid-template-columns: 176px minmax(0, 1fr); gap: 2px 0; margin-top: 8px; }
.control.time label { font-size: 13.5px; }
.control.time input { width: 100%; }
.control.time output { grid-column: 2; min-height: 3em; font-size: 13.5px; color: var(--quiet); }
.time-text span { margin-right: 16px; }
.time-text b { font-weight: 600; color: var(--ink); }
.control input[type="search"] { flex: 0 1 260px; min-width: 0; padding: 6px 10px; font: inherit; color: inherit; background: var(--card); border: 1px solid var(--quiet); border-radius: 6px; }

.scroll { margin: 16px 0 0; overflow-x: auto; background: var(--card); border: 1px solid var(--edge); border-radius: 10px; scrollbar-width: thin; }
table { width: 100%; border-collapse: separate; border-spacing: 0; font-size: 14px; font-variant-numeric: tabular-nums lining-nums; }
th, td { padding: 8px 11px; text-align: right; vertical-align: baseline; border-bottom: 1px solid var(--grid); white-space: nowrap; }
tbody:last-child tr:last-child > * { border-bottom: 0; }
thead th { vertical-align: bottom; font-size: 12.5px; font-weight: 600; line-height: 1.3; color: var(--quiet); white-space: normal; border-bottom-color: var(--edge); }
thead th small { display: block; font-size: 11.5px; white-space: nowrap; }
th:first-child, td:first-child { padding-left: 16px; }
th:last-child, td:last-child { padding-right: 16px; }
th:first-child { position: sticky; left: 0; z-index: 1; min-width: 132px; max-width: 260px; text-align: left; white-space: normal; overflow-wrap: anywhere; background: var(--card); box-shadow: 1px 0 0 var(--grid); }
tbody th { font-weight: 600; }
td b { font-weight: 640; }
td small { white-space: nowrap; }
.policies td small, .overview td.cost small, .by-price td small { display: block; line-height: 1.3; }
.policies tbody th .mark { float: left; margin: 4px 0 0 -1px; }
.policies tbody th .mark + span { display: block; padding-left: 22px; }
.policies .group th { max-width: none; padding: 12px 14px 5px; font-size: 12.5px; font-weight: 600; color: var(--quiet); white-space: nowrap; box-shadow: none; }
.policies .group th span { position: sticky; left: 14px; display: inline-block; max-width: calc(100vw - 64px); white-space: normal; }
.policies .g1 > *, .policies .g2 > *, .policies .g1 th:first-child, .policies .g2 th:first-child { background: var(--tint); }
.policies .g1 tr:not(.group) th, .policies .g2 tr:not(.group) th { font-weight: 500; }
.policies .g2 tr:not(.group) th, .policies .g2 td { font-style: italic; }
.words td, .words th, .text, td.against, td.cheapest, td.said { text-align: left; }
.words td { white-space: normal; min-width: 150px; }
td.said { white-space: normal; min-width: 620px; }
.alert { color: var(--alert); font-weight: 600; }
.sentences { display: grid; grid-template-columns: max-content 1fr; gap: 6px 18px; margin: 10px 0 0; font-size: 14px; }
.sentences dt { display: flex; gap: 8px; align-items: center; font-weight: 600; overflow-wrap: anywhere; }
.sentences dd { margin: 0; color: var(--quiet); overflow-wrap: anywhere; }

figure { margin: 28px 0 0; padding: 20px 22px 16px; min-width: 0; background: var(--card); border: 1px solid var(--edge); border-radius: 10px; break-inside: avoid; }
figcaption p { margin: 3px 0 16px; font-size: 13.5px; }
.figures { display: grid; grid-template-columns: minmax(0, 3fr) minmax(0, 2fr); gap: 0 20px; align-items: stretch; }
.figures > :only-child { grid-column: 1 / -1; }
.figures figure { display: flex; flex-direction: column; }
.figures .drawing { margin-top: auto; }
.twin { margin-top: 12px; font-size: 13.5px; }
.twin summary, .model > summary { cursor: pointer; }
.twin > summary { width: fit-content; padding: 2px 0; color: var(--link); }
.twin .scroll { margin-top: 8px; max-height: 460px; overflow: auto; }
.twin thead th { position: sticky; top: 0; z-index: 2; background: var(--card); }
.twin thead th:first-child { z-index: 3; }
svg { overflow: visible; }
.drawing { position: relative; }
.drawing svg { display: block; width: 100%; }
.drawing text { font-size: 12px; fill: var(--quiet); font-variant-numeric: tabular-nums; }
.drawing text.point { font-size: 12.5px; fill: var(--ink); paint-order: stroke; stroke: var(--card); stroke-width: 3px; stroke-linejoin: round; }
.start { text-anchor: start; } .middle { text-anchor: middle; } .end { text-anchor: end; }
.plot { display: grid; grid-template-columns: 52px minmax(0, 1fr); }
.axis-title { margin: 2px 0 0; padding-left: 52px; max-width: none; text-align: center; font-size: 12.5px; color: var(--quiet); }
.grid { stroke: var(--grid); } .tick, .base { stroke: var(--edge); } .base { shape-rendering: crispEdges; }
.stretched path { vector-effect: non-scaling-stroke; }
.line { fill: none; stroke: var(--c); stroke-width: 2; stroke-linejoin: round; }
.line.d1 { stroke-width: 1.6; stroke-dasharray: 7 4; }
.line.d2 { stroke-width: 1.6; stroke-dasharray: 1.5 3.5; stroke-linecap: round; }
.band { fill: var(--c); fill-opacity: 0.09; }
use { fill: var(--c); stroke: var(--card); stroke-width: 1.2; paint-order: stroke; }
.price-line { stroke: var(--quiet); stroke-dasharray: 3 3; }
.lane { display: grid; grid-template-columns: 176px minmax(0, 1fr); align-items: center; }
.lane + .lane { margin-top: 12px; }
.lane-name { padding-right: 14px; min-width: 0; font-size: 13.5px; line-height: 1.25; overflow-wrap: anywhere; }
.lane-name b { font-weight: 600; }
.lane-name small { display: block; font-size: 12.5px; }
.lane-name .mark { display: inline-block; width: 14px; margin-right: 7px; vertical-align: -2px; }
.stem { fill: none; stroke: var(--c); stroke-width: 1.4; }
.head { fill: none; stroke: var(--c); stroke-width: 6.5; stroke-linecap: round; }
.bar { fill: none; stroke: var(--wait); }
.stretched .bar { vector-effect: none; stroke-width: 1; }
.bar.wide { stroke-width: 14; }
.bar.merge { stroke: var(--merge); stroke-dasharray: 2.5 1; }
.bar.ask { stroke: var(--c4); stroke-dasharray: 4 1.5; }
.bar.reject { stroke: var(--alert); stroke-dasharray: 1.5 1; }
.bar.duplicate { stroke: var(--c3); stroke-dasharray: 0.8 1.6; }
.error-line { fill: none; stroke: var(--ink); stroke-width: 1.5; stroke-linejoin: round; }
.drift { stroke: var(--c1); stroke-dasharray: 2 3; } .drift-flag { fill: var(--c1); }
rect.gap { fill: url(#gap); } .gap-line { stroke: var(--gap); stroke-width: 2.5; }
.cursor { position: absolute; inset: 0 0 20px 176px; pointer-events: none; }
.cursor::before { content: ""; position: absolute; inset-block: 0; left: var(--left); width: max(2px, var(--width)); background: var(--c0); opacity: 0.16; }
.part { fill: var(--c); fill-opacity: 0.82; stroke: var(--card); stroke-width: 1; }
.t1 { fill: url(#t1); } .t2 { fill: url(#t2); } .t3 { fill: url(#t3); } .t4 { fill: url(#t4); }
.texture { stroke: var(--texture); stroke-width: 1.6; } .dot { fill: var(--texture); }
.drawing text.count { font-size: 12px; font-weight: 600; fill: var(--ink); paint-order: stroke; stroke: var(--card); stroke-width: 4px; stroke-linejoin: round; }
.legend { display: flex; flex-wrap: wrap; gap: 4px 18px; margin: 14px 0 0; padding: 0; list-style: none; font-size: 13px; }
.legend li { display: flex; align-items: center; gap: 7px; min-width: 0; overflow-wrap: anywhere; }
.legend svg { flex: none; overflow: hidden; }
.mark { overflow: visible; flex: none; }
.c0 { --c: var(--c0); } .c1 { --c: var(--c1); } .c2 { --c: var(--c2); } .c3 { --c: var(--c3); }
.c4 { --c: var(--c4); } .c5 { --c: var(--c5); } .c6 { --c: var(--c6); } .c7 { --c: var(--c7); }
.line.d0.again { stroke-dasharray: 10 3; }
.again use, use.again { fill: var(--card); stroke: var(--c); stroke-width: 2; paint-order: normal; }

.model { margin: 8px 0 0; background: var(--card); border: 1px solid var(--edge); border-radius: 10px; }
.model > summary { padding: 12px 18px; }
.model > summary h3 { display: inline; overflow-wrap: anywhere; }
.model > summary .quiet { margin-left: 10px; font-size: 14px; }
.model > div { padding: 4px 18px 20px; }
.model figure { padding: 18px 0 0; border: 0; border-top: 1px solid var(--edge); border-radius: 0; }

@media (max-width: 860px) {
  .figures { grid-template-columns: minmax(0, 1fr); }
}
@media (max-width: 640px) {
  body { padding: 24px 16px 56px; }
  h1 { font-size: 24px; }
  .headline { font-size: 18px; }
  figure { padding: 16px 14px 12px; }
  .wide-only { display: none; }
  .lane { grid-template-columns: minmax(0, 1fr); gap: 3px; }
  .lane + .lane { margin-top: 12px; }
  .lane-name small { display: inline; margin-left: 4px; }
  .lane > span:empty { display: none; }
  .cursor { left: 0; }
  .control.time { grid-template-columns: minmax(0, 1fr); }
  .control.time output { grid-column: 1; min-height: 0; }
  .time-text span { display: block; }
  .plot { grid-template-columns: 46px minmax(0, 1fr); }
  th, td { padding: 8px 11px; }
  th:first-child { min-width: 120px; max-width: 132px; }
  .control input[type="range"], .control input[type="search"] { flex: 1 1 100%; }
  .sentences { grid-template-columns: 1fr; gap: 2px; }
  .sentences dd { margin-bottom: 8px; }
}
@media screen and (max-width: 480px) {
  .scroll:has(> .policies, > .overview, > .by-price)::before { content: "Scroll sideways for more \\2192"; position: sticky; left: 0; display: block; width: fit-content; padding: 7px 16px 0; font-size: 12.5px; color: var(--quiet); }
}
@media (prefers-reduced-motion: no-preference) {
  .cursor::before { transition: left 0.12s, width 0.12s; }
}
@media (forced-colors: active) {
  .stem, .head, .line, .bar, .error-line, .part, use { forced-color-adjust: none; }
}
@media print {
  :root { --page: #fff; --tint: #f6f6f6; }
  body { padding: 0; max-width: none; font-size: 10pt; }
  .control, .skip, .cursor, .twin > summary { display: none !important; }
  .scroll { overflow: visible; max-height: none !important; border: 0; }
  table { font-size: 7pt; }
  th, td { padding: 3px 4px; white-space: normal; }
  td small, thead th small { white-space: normal; }
  th:first-child { position: static; min-width: 64px; overflow-wrap: normal; }
  .figures { grid-template-columns: minmax(0, 1fr); }
  .model, figure, tr { break-inside: avoid; }
  .model::details-content, .says::details-content { content-visibility: visible; block-size: auto; }
  .model { break-inside: auto; border: 0; }
}
`;
