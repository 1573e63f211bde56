/** Why a file did not become an image: for programs by its code, for people by its message. */
export class UploadError extends Error {
  /**
   * @param {object} reason
   * @param {string} reason.code what happened, for programs
   * @param {string} [reason.message] the server's own sentence, in the reader's language
   * @param {boolean} [reason.retryable] whether the very same request may go well later
   * @param {number} [reason.status] of the answer; 0 where none came
   * @param {?number} [reason.after] milliseconds that the server asked to wait
   * @param {boolean} [reason.advanced] whether some more of the file is there for good
   */
  constructor({
    code,
    message = "",
    retryable = false,
    status = 0,
    after = null,
    advanced = false,
  }) {
    super(message);
    Object.assign(this, { name: "UploadError", code, retryable, status, after, advanced });
  }
}
