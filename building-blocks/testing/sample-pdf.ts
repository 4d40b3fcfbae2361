type PdfOptions = {
  readonly pages?: number;
  /** In points. */
  readonly width?: number;
  readonly height?: number;
};

/** A PDF whose pages are red. */
export const samplePdf = ({ pages = 1, width = 200, height = 400 }: PdfOptions = {}): Buffer => {
  const content = `0.788 0.102 0.035 rg 0 0 ${String(width)} ${String(height)} re f`;
  const kids = Array.from({ length: pages }, (_, index) => `${String(index + 4)} 0 R`).join(' ');
  const objects = [
    '<< /Type /Catalog /Pages 2 0 R >>',
    `<< /Type /Pages /Kids [${kids}] /Count ${String(pages)} >>`,
    `<< /Length ${String(content.length)} >>\nstream\n${content}\nendstream`,
    ...Array.from(
      { length: pages },
      () =>
        `<< /Type /Page /Parent 2 0 R /MediaBox [0 0 ${String(width)} ${String(height)}] /Contents 3 0 R /Resources << >> >>`,
    ),
  ];
  let pdf = '%PDF-1.4\n';
  const offsets = objects.map((object, index) => {
    const offset = pdf.length;
    pdf += `${String(index + 1)} 0 obj\n${object}\nendobj\n`;
    return offset;
  });
  const size = String(objects.length + 1);
  const xref = offsets.map((offset) => `${String(offset).padStart(10, '0')} 00000 n \n`).join('');
  pdf += `xref\n0 ${size}\n0000000000 65535 f \n${xref}trailer\n<< /Size ${size} /Root 1 0 R >>\nstartxref\n${String(pdf.length)}\n%%EOF\n`;
  return Buffer.from(pdf, 'latin1');
};
