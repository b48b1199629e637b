// A picture made smaller before it leaves the device: the network of a room is shared, and where it was taken
// need not leave the telephone. The server does the same again with whatever comes.

/** As large as it is kept. */
const MOST = 2400;
const QUALITY = 0.9;

/** The same picture as JPEG without anything but what one sees; the file itself when this browser cannot read it. */
export async function lighter(file: Blob): Promise<Blob> {
  try {
    const image = await createImageBitmap(file, { imageOrientation: "from-image" });
    const scale = Math.min(1, MOST / Math.max(image.width, image.height));
    const canvas = document.createElement("canvas");
    canvas.width = Math.max(1, Math.round(image.width * scale));
    canvas.height = Math.max(1, Math.round(image.height * scale));
    const paper = canvas.getContext("2d");
    if (paper === null) return file;
    paper.fillStyle = "white";
    paper.fillRect(0, 0, canvas.width, canvas.height);
    paper.drawImage(image, 0, 0, canvas.width, canvas.height);
    image.close();
    const made = await new Promise<Blob | null>((done) => canvas.toBlob(done, "image/jpeg", QUALITY));
    return made ?? file;
  } catch {
    return file; // the server says what is wrong with it
  }
}
