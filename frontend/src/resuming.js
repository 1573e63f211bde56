// Loaded when a file is sent in parts.
export { send } from "./resuming/sending.js";
