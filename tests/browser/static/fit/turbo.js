import { config } from "/libraries/@hotwired/turbo/dist/turbo.es2017-esm.js";

// Its progress bar is styled in a way that a strict policy does not take.
config.drive.progressBarDelay = 1e6;
document.documentElement.dataset.turbo = "on";
