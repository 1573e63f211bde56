/* In the place of url-parse, which brings what each browser has: see the aliases in build.mjs. */
export default URL;
