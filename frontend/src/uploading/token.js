const NAME = "csrfmiddlewaretoken";

/** The inputs of a token that a form sends; where it has none, those of the page. */
function inputs(form) {
  const own = form?.querySelectorAll(`input[name="${NAME}"]`) ?? [];
  return own.length ? own : document.querySelectorAll(`input[name="${NAME}"]`);
}

/** Return the token that proves that a request comes from this page; empty where there is none. */
export const tokenOf = (form) => inputs(form)[0]?.value ?? "";

/**
 * Give the page a token that the server trusts, by asking for the page anew.
 *
 * Whoever logs in in another window has another token: with the old one neither a file nor the form
 * itself would be taken. Returns the code of what is wrong, or null.
 *
 * @returns {Promise<null | "login" | "csrf" | "network">}
 */
export async function renewToken() {
  try {
    const response = await fetch(location.href, { headers: { Accept: "text/html" } });
    if (new URL(response.url).pathname !== location.pathname) return "login";
    const page = new DOMParser().parseFromString(await response.text(), "text/html");
    const token = page.querySelector(`input[name="${NAME}"]`)?.value;
    if (!response.ok || !token) return "csrf";
    for (const input of document.querySelectorAll(`input[name="${NAME}"]`)) input.value = token;
    return null;
  } catch {
    return "network";
  }
}
