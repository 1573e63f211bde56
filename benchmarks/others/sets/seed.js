// What django-galleryfield brings, but for Bootstrap: jQuery File Upload with its parts, the lightbox
// of the same author, Cropper.js 1 and SortableJS.
import "jquery";
import "blueimp-file-upload/js/vendor/jquery.ui.widget.js";
import "blueimp-tmpl";
import "blueimp-load-image";
import "blueimp-canvas-to-blob";
import "blueimp-file-upload/js/jquery.iframe-transport.js";
import "blueimp-file-upload/js/jquery.fileupload.js";
import "blueimp-file-upload/js/jquery.fileupload-process.js";
import "blueimp-file-upload/js/jquery.fileupload-image.js";
import "blueimp-file-upload/js/jquery.fileupload-validate.js";
import "blueimp-file-upload/js/jquery.fileupload-ui.js";
import "blueimp-gallery/js/blueimp-gallery.js";
import Cropper from "cropperjs";
import Sortable from "sortablejs";
import "blueimp-file-upload/css/jquery.fileupload.css";
import "blueimp-file-upload/css/jquery.fileupload-ui.css";
import "blueimp-gallery/css/blueimp-gallery.css";
import "cropperjs/dist/cropper.css";

Object.assign(globalThis, { Cropper, Sortable });
