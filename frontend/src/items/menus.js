/** Open a menu beside its button, within the window; it closes by itself, and gives the focus back. */
export function openBeside(menu, button) {
  if (menu.matches(":popover-open")) return menu.hidePopover();
  menu.showPopover();
  const [edge, size] = [button.getBoundingClientRect(), menu.getBoundingClientRect()];
  const below = edge.bottom + size.height < innerHeight || edge.top < size.height;
  const rtl = getComputedStyle(button).direction === "rtl";
  const left = rtl ? edge.right - size.width : edge.left;
  menu.style.left = `${Math.max(4, Math.min(left, innerWidth - size.width - 4))}px`;
  menu.style.top = `${below ? edge.bottom + 4 : edge.top - size.height - 4}px`;
  menu.querySelector("button, input")?.focus({ preventScroll: true });
}
