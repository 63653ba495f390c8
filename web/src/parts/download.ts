// download -- what was read, or made here, as a file of the reader's.
export function download(name: string, text: string | Blob): void {
  const blob = typeof text === "string" ? new Blob([text], { type: "text/csv" }) : text;
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}

// What lies at an address of the server's own.
export function downloadFrom(address: string, name: string): void {
  const link = document.createElement("a");
  link.href = address;
  link.download = name;
  link.click();
}
