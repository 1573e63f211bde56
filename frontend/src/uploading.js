// Loaded when somebody comes near a gallery, or brings a file.
export { Carrier } from "./uploading/carrier.js";
