const SIZES = ["byte", "kilobyte", "megabyte", "gigabyte"];
const STEP = 1024;

/** Return a number of bytes as people say it; a speed, where it is *perSecond*. */
export function bytes(count, locale, { perSecond = false } = {}) {
  let at = 0;
  while (count >= STEP && at < SIZES.length - 1) {
    count /= STEP;
    at += 1;
  }
  return measure(count, perSecond ? `${SIZES[at]}-per-second` : SIZES[at], locale, {
    maximumFractionDigits: count < 10 && at ? 1 : 0,
    unitDisplay: at || perSecond ? "short" : "long",
  });
}

/** Return seconds as people say them, in minutes or hours where they are many. */
export function duration(seconds, locale) {
  if (seconds < 90) return measure(Math.ceil(seconds), "second", locale, { unitDisplay: "long" });
  if (seconds < 5400)
    return measure(Math.ceil(seconds / 60), "minute", locale, { unitDisplay: "long" });
  return measure(Math.ceil(seconds / 3600), "hour", locale, { unitDisplay: "long" });
}

function measure(number, unit, locale, options) {
  return new Intl.NumberFormat(locale || undefined, { style: "unit", unit, ...options }).format(
    number,
  );
}
