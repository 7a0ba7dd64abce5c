// Saves something that the browser has made as a file. Links to it are gone again at once: it may be personal.

/** @param {string} name @param {string} type @param {string} content */
export function saveFile(name, type, content) {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([content], { type }));
    link.download = name;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 1000);
}
