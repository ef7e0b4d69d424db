/**
 * The page's style. The colours of lines, by Okabe and Ito, are told apart by the colour-blind (https://jfly.uni-koeln.de/color/); the
 * light ones among them are darker on white, the dark ones lighter on black.
 */
export const PAGE_STYLE = `
:root {
  color-scheme: light dark;
  --page: #f4f5f7; --card: #fff; --ink: #1b1f24; --quiet: #5b6470; --edge: #dfe3e8; --grid: #eceff2; --alert: #b3261e;
  --c0: #0072b2; --c1: #d55e00; --c2: #009e73; --c3: #b8569a; --c4: #c98a00; --c5: #3a9bd6; --c6: #6b6f76; --c7: #8a6d00;
}
@media (prefers-color-scheme: dark) {
  :root {
    --page: #101317; --card: #181c22; --ink: #e8ebef; --quiet: #9aa4b1; --edge: #2b313a; --grid: #242a32; --alert: #ff8a80;
    --c0: #4aa8e8; --c1: #f0803c; --c2: #2cc295; --c3: #dd8fc2; --c4: #e8b23a; --c5: #8fd0f5; --c6: #a8b0bb; --c7: #d6c25a;
  }
}
* { box-sizing: border-box; }
body { margin: 0 auto; padding: 28px 28px 56px; max-width: 1520px; background: var(--page); color: var(--ink);
  font: 14px/1.45 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", sans-serif; }
h1 { margin: 0; font-size: 24px; font-weight: 650; letter-spacing: -0.01em; }
header > p { margin: 4px 0 18px; color: var(--quiet); max-width: 100ch; }
h2 { margin: 34px 0 12px; font-size: 18px; font-weight: 650; letter-spacing: -0.005em; }
h3 { margin: 0 0 10px; font-size: 14px; font-weight: 600; }
small { margin-left: 6px; font-size: 13px; font-weight: 400; color: var(--quiet); }
.sides { display: grid; grid-template-columns: 1fr 1fr; gap: 16px; }
.sides section, article { padding: 16px 18px; background: var(--card); border: 1px solid var(--edge); border-radius: 10px; min-width: 0; }
.sides h2 { margin: 0 0 10px; font-size: 15px; }
dl { display: flex; flex-wrap: wrap; gap: 10px 28px; margin: 0; }
dt { font-size: 12px; color: var(--quiet); }
dd { margin: 0; font-size: 20px; font-weight: 600; font-variant-numeric: tabular-nums; }
.cards { display: grid; grid-template-columns: 1fr 1fr; gap: 16px; }
.wide { grid-column: 1 / -1; }
.pair { display: grid; grid-template-columns: minmax(0, 1fr) minmax(0, 1fr); gap: 20px; }
figure { display: flex; flex-wrap: wrap; align-content: start; margin: 0; min-width: 0; }
figcaption { flex: none; font-size: 12px; font-weight: 600; color: var(--quiet); }
figure > :not(figcaption, .how) { flex: 0 0 100%; min-width: 0; }
.how { flex: 1 1 0; min-width: 0; margin: 0 0 6px 8px; font-size: 12px; color: var(--quiet); overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
svg { display: block; width: 100%; height: auto; overflow: visible; }
svg text { font-size: 10.5px; fill: var(--quiet); font-variant-numeric: tabular-nums; }
.value { text-anchor: end; }
.time, .none { text-anchor: middle; }
svg .none { font-size: 12px; }
.grid { stroke: var(--grid); }
.zero, .tick { stroke: var(--edge); }
.line { fill: none; stroke: var(--c); stroke-width: 1.6; stroke-linejoin: round; }
.area { fill: var(--c); }
circle { fill: var(--c); }
.again .line { stroke-dasharray: 4 3; }
.again .area { fill-opacity: 0.55; }
.c0 { --c: var(--c0); } .c1 { --c: var(--c1); } .c2 { --c: var(--c2); } .c3 { --c: var(--c3); }
.c4 { --c: var(--c4); } .c5 { --c: var(--c5); } .c6 { --c: var(--c6); } .c7 { --c: var(--c7); }
.legend { display: flex; flex-wrap: wrap; gap: 2px 14px; margin: 6px 0 0; padding: 0; list-style: none; font-size: 12px; }
.legend li { display: flex; align-items: baseline; gap: 6px; min-width: 0; max-width: 100%; }
.legend span { overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
.legend b { flex: none; font-weight: 500; color: var(--quiet); font-variant-numeric: tabular-nums; }
.legend i { flex: none; width: 10px; height: 10px; border-radius: 2px; background: var(--c); }
.legend .again i { background: repeating-linear-gradient(90deg, var(--c) 0 3px, transparent 3px 5px); }
.legend .rest { color: var(--quiet); }
.names { columns: 2; margin: 0; padding: 0; list-style: none; font-size: 12px; }
.names li { overflow-wrap: anywhere; }
.table { overflow-x: auto; }
table { width: 100%; border-collapse: collapse; font-size: 12px; font-variant-numeric: tabular-nums; }
th { text-align: left; font-weight: 600; color: var(--quiet); }
th, td { padding: 3px 12px 3px 0; border-bottom: 1px solid var(--grid); overflow-wrap: anywhere; vertical-align: top; }
td:first-child { white-space: nowrap; }
.unreadable { margin: 0; padding: 10px 12px; border: 1px solid var(--alert); border-radius: 6px; color: var(--alert); font-size: 12px; overflow-wrap: anywhere; white-space: pre-wrap; }
@media (max-width: 1180px) { .cards { grid-template-columns: 1fr; } }
@media (max-width: 760px) {
  body { padding: 16px; }
  .sides, .pair { grid-template-columns: minmax(0, 1fr); }
  .names { columns: 1; }
  .plot { overflow-x: auto; }
  .wide svg { min-width: 560px; }
}
`;
