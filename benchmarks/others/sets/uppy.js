import Uppy from "@uppy/core";
import Dashboard from "@uppy/dashboard";
import XHRUpload from "@uppy/xhr-upload";
import "@uppy/core/css/style.css";
import "@uppy/dashboard/css/style.css";

Object.assign(globalThis, { Uppy, Dashboard, XHRUpload });
