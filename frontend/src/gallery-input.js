import { GalleryInput } from "./element.js";

// A page may load the script twice: under its own address, and under one with a hash.
if (!customElements.get("gallery-input")) customElements.define("gallery-input", GalleryInput);
