/*
 * A dashboard that shows images which are there already, as its users make it do (it has no way of
 * its own), and sends new ones one by one to the same view as ours.
 */
import "/others/uppy.js";

const { Uppy, Dashboard, XHRUpload } = globalThis;
const { files, token } = JSON.parse(document.getElementById("told").textContent);

const uppy = new Uppy({ autoProceed: true })
  .use(Dashboard, {
    inline: true,
    target: "#uppy",
    width: "100%",
    height: 800,
    // Else what is there already could not be taken away.
    showRemoveButtonAfterComplete: true,
  })
  .use(XHRUpload, {
    endpoint: "/gallery/upload/",
    fieldName: "file",
    headers: { "X-CSRFToken": token },
  });

/** Without this each of them would be sent again. */
const whole = { uploadStarted: 1, uploadComplete: true, percentage: 100 };

const known = files.map(({ name, type, size, preview }) => ({
  name,
  type,
  preview,
  data: { size },
  source: "known",
  isRemote: true,
  remote: { companionUrl: "", url: "", body: {}, provider: "known", requestClientId: name },
}));
uppy.setOptions({ autoProceed: false });
uppy.addFiles(known);
for (const { id, size } of uppy.getFiles()) {
  uppy.setFileState(id, { progress: { ...whole, bytesUploaded: size, bytesTotal: size } });
}
uppy.setOptions({ autoProceed: true });

const tell = (name, detail) => document.dispatchEvent(new CustomEvent(name, { detail }));
uppy.on("files-added", () => tell("measured:chosen"));
uppy.on("upload-success", () => tell("measured:uploaded"));
uppy.on("upload-error", (_, error) => tell("measured:failed", { message: error.message }));
tell("measured:ready");
