/** The function that makes a layer or a loss, from the name of its class: `FaceMarginsArcFace` → `arcFace`. */
export function functionName(className: string): string {
  const name = className.replace(/^FaceMargins/, '');
  return name.charAt(0).toLowerCase() + name.slice(1);
}
