import "./uppy-editing.js";
import Tus from "@uppy/tus";

Object.assign(globalThis, { Tus });
