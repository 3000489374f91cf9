"""How does the customer's page look?

One column on a phone, two beside each other where there is room; light and dark as the system asks.
Its colours are deliberately not Affirm's.
"""

STYLE = """
:root { color-scheme: light dark;
  --paper: #f3f5f4; --card: #ffffff; --ink: #17211e; --soft: #55635e; --line: #d9e0dd;
  --accent: #0b6b58; --accent-ink: #ffffff; --accent-soft: #e3f2ee; --focus: #1553c7;
  --warn: #ffd24a; --warn-ink: #2b2100; --bad: #a3261c; }
@media (prefers-color-scheme: dark) { :root {
  --paper: #111715; --card: #1a2320; --ink: #eef4f1; --soft: #a6b5af; --line: #33403b;
  --accent: #57c9ad; --accent-ink: #06251d; --accent-soft: #17362e; --focus: #8fb4ff;
  --warn: #e8b92e; --warn-ink: #2b2100; --bad: #ff9d92; } }
* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; }
body { margin: 0; background: var(--paper); color: var(--ink);
  font: 400 1rem/1.5 Inter, system-ui, -apple-system, "Segoe UI", Roboto, sans-serif; }
.banner { background: var(--warn); color: var(--warn-ink); padding: .625rem 1rem;
  font-size: .875rem; line-height: 1.35; border-bottom: 3px solid rgba(0, 0, 0, .25); }
.banner p { max-width: 58rem; margin: 0 auto; }
.banner strong { text-transform: uppercase; letter-spacing: .06em; margin-right: .5rem; }
.shell { max-width: 60rem; margin: 0 auto; padding: 0 1rem 3rem; }
header { display: flex; align-items: center; gap: .75rem; padding: .875rem 0; }
.mark { flex: none; width: 2.5rem; height: 2.5rem; border-radius: 50%; display: grid;
  place-items: center; background: var(--accent); color: var(--accent-ink); font-weight: 700; }
.who { flex: 1; min-width: 0; font-weight: 600; line-height: 1.25; overflow-wrap: anywhere; }
.tongue { flex: none; display: flex; align-items: center; min-height: 2.75rem;
  padding: 0 .25rem; color: var(--ink); font-size: .9375rem; }
main { display: grid; gap: 1rem; }
.card { background: var(--card); border: 1px solid var(--line); border-radius: 1rem;
  padding: 1.25rem; }
h1 { font-size: 1.5rem; line-height: 1.2; margin: 0 0 .5rem; letter-spacing: -.01em;
  text-wrap: balance; }
h2 { font-size: .9375rem; font-weight: 600; margin: 0; color: var(--soft); }
p { margin: 0 0 1rem; }
.soft { color: var(--soft); }
.small { font-size: .875rem; }
.last { margin-bottom: 0; }
.progress { list-style: none; display: flex; gap: .5rem; padding: 0; margin: 0 0 1.25rem; }
.progress li { flex: 1; padding-top: .5rem; border-top: 4px solid var(--line); color: var(--soft);
  font-size: .8125rem; line-height: 1.2; }
.progress li.past { border-color: var(--accent); }
.progress li[aria-current] { border-color: var(--accent); color: var(--ink); font-weight: 600; }
.button { display: flex; align-items: center; justify-content: center; width: 100%;
  min-height: 3.25rem; padding: .625rem 1rem; border-radius: .75rem; font: inherit;
  font-weight: 600; line-height: 1.25; text-align: center; text-decoration: none; cursor: pointer;
  border: 1.5px solid var(--accent); background: var(--accent); color: var(--accent-ink); }
.button:hover { filter: brightness(1.08); }
.quiet { background: transparent; border-color: transparent; color: var(--ink); font-weight: 500;
  text-decoration: underline; text-underline-offset: .2em; min-height: 2.75rem; }
.stack { display: grid; gap: .75rem; }
.stack + .stack { margin-top: .75rem; }
.choice { display: block; text-align: left; background: var(--card); color: var(--ink);
  border-color: var(--line); width: 100%; }
.choice b { display: block; }
.choice span { display: block; font-weight: 400; font-size: .875rem; color: var(--soft); }
.choice:hover { border-color: var(--accent); filter: none; }
.choice.bad b { color: var(--bad); }
fieldset { border: 0; padding: 0; margin: 0 0 1.25rem; display: grid; gap: .75rem; }
legend { padding: 0; margin-bottom: 1rem; color: var(--soft); }
.plan { display: flex; gap: .875rem; cursor: pointer; align-items: center;
  padding: .875rem 1rem; border: 1.5px solid var(--line);
  border-radius: .75rem; }
.plan:has(:checked) { border-color: var(--accent); background: var(--accent-soft); }
.plan:has(:focus-visible) { outline: 3px solid var(--focus); outline-offset: 2px; }
.plan > span { flex: 1; min-width: 0; }
.plan .row { display: flex; flex-wrap: wrap; justify-content: space-between; gap: 0 .75rem; }
.plan input { flex: none; width: 1.375rem; height: 1.375rem; margin: 0;
  accent-color: var(--accent); }
.plan b { font-variant-numeric: tabular-nums; }
.plan small { display: block; font-size: .875rem; color: var(--soft); }
.note { background: var(--accent-soft); border-radius: .75rem; padding: .75rem 1rem; }
.sum { width: 100%; margin-top: .75rem; border-collapse: collapse;
  font-variant-numeric: tabular-nums; }
.sum th, .sum td { padding: .375rem 0; text-align: left; font-weight: 400; vertical-align: top;
  overflow-wrap: anywhere; }
.sum td { text-align: right; white-space: nowrap; padding-left: 1rem; }
.sum small { display: block; color: var(--soft); font-size: .8125rem; }
.sum tfoot th, .sum tfoot td { border-top: 1px solid var(--line); padding-top: .75rem;
  font-weight: 700; }
.sum .rule th, .sum .rule td { border-top: 1px solid var(--line); padding-top: .75rem; }
.price { font-size: 2rem; font-weight: 700; line-height: 1.1; letter-spacing: -.02em;
  margin: .25rem 0; font-variant-numeric: tabular-nums; }
.tick { width: 3.5rem; height: 3.5rem; border-radius: 50%; display: grid; place-items: center;
  background: var(--accent); color: var(--accent-ink); margin-bottom: 1rem; }
.tick svg { width: 1.75rem; height: 1.75rem; }
.tick.idle { background: var(--line); color: var(--ink); }
.messages { list-style: none; margin: 0; padding: 0; display: grid; gap: .75rem; }
.messages .row { margin-bottom: .25rem; display: flex; flex-wrap: wrap; gap: .25rem 1rem;
  justify-content: space-between; }
:focus-visible { outline: 3px solid var(--focus); outline-offset: 2px; }
@media (min-width: 50rem) {
  .shell { padding-top: 1rem; }
  .two { grid-template-columns: minmax(0, 1fr) 22rem; align-items: start; }
  .two > .step { grid-column: 1; grid-row: 1; padding: 2rem; }
  .two > .order { grid-column: 2; grid-row: 1; }
  .narrow { max-width: 38rem; }
  h1 { font-size: 1.875rem; }
}
@media (prefers-reduced-motion: no-preference) {
  .button, .plan { transition: border-color .12s, background-color .12s, filter .12s; }
}
"""
