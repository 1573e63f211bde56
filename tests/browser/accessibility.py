"""What axe-core finds on a page: WCAG 2.2, levels A and AA."""

from axe_playwright_python.base import AXE_SCRIPT

TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
#: Django's admin changes its colours slowly: halfway from light to dark no contrast is right.
SETTLED = """async () => {
  const frame = () => new Promise(requestAnimationFrame);
  await frame();
  await frame();
  while (document.getAnimations().some(each => each.playState === "running")) await frame();
}"""


def violations(page, *, within=None):
    """
    Return each rule that the page breaks, with what breaks it; *within* is a selector.

    It needs a page with JavaScript: axe waits by timers, which do not run without.
    """
    page.evaluate(SETTLED)
    page.evaluate(AXE_SCRIPT)
    # Not preloaded: reading style sheets once more would break the policy of the page.
    options = {
        "runOnly": {"type": "tag", "values": TAGS},
        "resultTypes": ["violations"],
        "preload": False,
    }
    found = page.evaluate(
        "([within, options]) => axe.run(within || document, options)", [within, options]
    )
    return [
        f"{rule['id']}: {node['target'][0]}: {node['failureSummary']}"
        for rule in found["violations"]
        for node in rule["nodes"]
    ]
