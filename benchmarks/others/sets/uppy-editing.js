import "./uppy.js";
import ImageEditor from "@uppy/image-editor";
import "@uppy/image-editor/css/style.css";

Object.assign(globalThis, { ImageEditor });
