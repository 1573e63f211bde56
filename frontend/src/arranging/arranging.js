/** Everything by which images are moved, chosen and removed. */
export class Arranging {
  constructor(gallery) {
    this.gallery = gallery;
  }
}
