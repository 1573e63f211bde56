import assert from "node:assert/strict";
import { test } from "node:test";
import { Sent } from "../../src/leaving/sent.js";

const element = (attributes = {}) => ({ getAttribute: (name) => attributes[name] ?? null });

/** A submit as an event remembers it. */
const submit = ({ form = {}, submitter = null, prevented = false } = {}) => ({
  target: element(form),
  submitter: submitter && element(submitter),
  defaultPrevented: prevented,
});

const after = (event) => {
  const sent = new Sent();
  sent.note(event);
  return sent;
};

test("a form that was let through is under way, and nothing is lost with the page", () => {
  const sent = after(submit());
  assert.deepEqual([sent.isUnderWay, sent.isSafe], [true, true]);
});

test("a submit that somebody prevents afterwards was none", () => {
  const event = submit();
  const sent = after(event);
  event.defaultPrevented = true;
  assert.deepEqual([sent.isUnderWay, sent.isSafe], [false, false]);
});

test("a page that is shown again can be sent again", () => {
  const sent = after(submit());
  sent.forget();
  assert.deepEqual([sent.isUnderWay, sent.isSafe], [false, false]);
});

test("an answer that is shown elsewhere leaves the page as it is", () => {
  const elsewhere = [
    submit({ form: { target: "_blank" } }),
    submit({ submitter: { formtarget: "preview" } }),
    submit({ form: { method: "DIALOG" } }),
  ];
  for (const event of elsewhere) assert.equal(after(event).isUnderWay, false);
  const here = submit({ form: { target: "_blank" }, submitter: { formtarget: "_self" } });
  assert.equal(after(here).isUnderWay, true);
});

test("what a script sends is under way until it ends, and saved when it went well", () => {
  const sent = after(submit({ prevented: true }));
  sent.begin();
  assert.deepEqual([sent.isUnderWay, sent.isSafe], [true, true]);
  sent.end({ wentWell: true });
  assert.deepEqual([sent.isUnderWay, sent.isSafe], [false, true]);
  sent.begin();
  sent.end({ wentWell: false });
  assert.deepEqual([sent.isUnderWay, sent.isSafe], [false, false]);
});
