"""How do the simulator's tests drive a real browser, and what must hold on every page of it?"""

import shutil
import tempfile

from selenium import webdriver
from selenium.webdriver.chrome.service import Service

PHONE, SMALL_PHONE, DESKTOP = (390, 844), (320, 568), (1280, 800)

_ARGUMENTS = (
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--hide-scrollbars",
)

# WCAG contrast of every element with text of its own against what is really behind it.
_PALE_TEXT = """
const parse = (color) => {
  const [r, g, b, a] = color.match(/[\\d.]+/g).map(Number);
  return {rgb: [r, g, b], alpha: a === undefined ? 1 : a};
};
const luminance = (rgb) => {
  const [r, g, b] = rgb.map((v) => v / 255).map(
    (v) => v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
};
const behind = (element) => {
  for (let e = element; e; e = e.parentElement) {
    const background = parse(getComputedStyle(e).backgroundColor);
    if (background.alpha > 0) return background.rgb;
  }
  return [255, 255, 255];
};
return [...document.querySelectorAll('body *')].filter((element) => {
  const own = [...element.childNodes].some((n) => n.nodeType === 3 && n.textContent.trim());
  if (!own || element.matches('script, style')) return false;
  const lights = [luminance(parse(getComputedStyle(element).color).rgb),
                  luminance(behind(element))].sort((a, b) => b - a);
  return (lights[0] + 0.05) / (lights[1] + 0.05) < 4.5;
}).map((element) => element.outerHTML);
"""

_SMALL_TARGETS = """
return [...document.querySelectorAll('a, button, label')].filter((element) => {
  const box = element.getBoundingClientRect();
  return box.height < 44 || box.width < 44;
}).map((element) => element.outerHTML);
"""

_TOO_WIDE = """
const width = document.documentElement.clientWidth;
const wide = [...document.querySelectorAll('body *')].filter(
  (element) => element.getBoundingClientRect().right > width + 0.5);
return document.documentElement.scrollWidth > width ? wide.map((e) => e.outerHTML) : [];
"""


class Chromium:
    """A headless Chromium with a profile of its own, closed and deleted by ``close``."""

    def __init__(self, *, scripts=True, language="en-US"):
        self._profile = tempfile.mkdtemp(prefix="telesales-browser-")
        options = webdriver.ChromeOptions()
        options.binary_location = shutil.which("chromium")
        for argument in (*_ARGUMENTS, f"--user-data-dir={self._profile}"):
            options.add_argument(argument)
        options.add_experimental_option(
            "prefs",
            {
                "intl.accept_languages": language,
                "profile.managed_default_content_settings.javascript": 1 if scripts else 2,
            },
        )
        options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
        self.driver = webdriver.Chrome(
            options=options, service=Service(shutil.which("chromedriver"))
        )

    def close(self):
        self.driver.quit()
        shutil.rmtree(self._profile, ignore_errors=True)

    def look_like(self, size, *, dark=False):
        width, height = size
        self.driver.execute_cdp_cmd(
            "Emulation.setDeviceMetricsOverride",
            {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 600},
        )
        scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        self.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": [scheme]})

    def complaints(self):
        """What the browser itself complained about: blocked scripts, styles, forms."""
        return [entry["message"] for entry in self.driver.get_log("browser")]

    def faults_of_layout(self):
        """What does not fit the screen, is too small for a thumb, or too pale to read."""
        run = self.driver.execute_script
        found = {"wide": _TOO_WIDE, "small": _SMALL_TARGETS, "pale": _PALE_TEXT}
        told = {name: run(script) for name, script in found.items()}
        return {name: elements for name, elements in told.items() if elements}

    def nameless(self):
        """Controls that a screen reader could not name, and whatever else misleads it."""
        tree = self.driver.execute_cdp_cmd("Accessibility.getFullAXTree", {})["nodes"]
        shown = [node for node in tree if not node["ignored"]]
        by_role = {}
        for node in shown:
            name = node.get("name", {}).get("value", "").strip()
            by_role.setdefault(node["role"]["value"], []).append(name)
        controls = [*by_role.get("button", []), *by_role.get("link", []), *by_role.get("radio", [])]
        faults = ["a control without a name"] * controls.count("")
        headings = self.driver.execute_script("return document.querySelectorAll('h1').length")
        if headings != 1:
            faults.append(f"{headings} main headings")
        if len(by_role.get("main", [])) != 1:
            faults.append("no main landmark")
        return faults
