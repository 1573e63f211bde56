import * as FilePond from "filepond";
import ValidateSize from "filepond-plugin-file-validate-size";
import ValidateType from "filepond-plugin-file-validate-type";
import Crop from "filepond-plugin-image-crop";
import Edit from "filepond-plugin-image-edit";
import Orientation from "filepond-plugin-image-exif-orientation";
import Preview from "filepond-plugin-image-preview";
import Resize from "filepond-plugin-image-resize";
import Transform from "filepond-plugin-image-transform";
import "filepond/dist/filepond.css";
import "filepond-plugin-image-edit/dist/filepond-plugin-image-edit.css";
import "filepond-plugin-image-preview/dist/filepond-plugin-image-preview.css";

FilePond.registerPlugin(
  ValidateSize,
  ValidateType,
  Crop,
  Edit,
  Orientation,
  Preview,
  Resize,
  Transform,
);
globalThis.FilePond = FilePond;
