/* The part of the widget that edits a picture; loaded when somebody asks for it. */
export { open } from "./cropping/dialog.js";
export { styled } from "./cropping/styles.js";
