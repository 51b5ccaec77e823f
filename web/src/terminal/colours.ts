/**
 * Lets colours of 24 bits and of what is selected through. xterm writes them into the attribute, which
 * the page's policy blocks; the same by way of the element's style is no inline style.
 */
export function letColoursThrough(): void {
  HTMLSpanElement.prototype.setAttribute = function (name, value) {
    if (name === "style") this.style.cssText = value;
    else Element.prototype.setAttribute.call(this, name, value);
  };
}
