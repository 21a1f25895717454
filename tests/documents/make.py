#!/usr/bin/env python3
"""Makes the PDFs and Word documents beside this script: three policies, each through many producers.

    tests/documents/make.py [POLICY[/PRODUCER]…]      e.g.  tests/documents/make.py terms agb/chromium

`terms.md`, `agb.md` and `kiyaku.md` are what we wrote, and what is expected to be read from every document of them. Those
are committed, so the tests need none of the producers; this script is for adding one, and for seeing that a new release
of one still reads alike. On Debian:

    apt-get install --no-install-recommends chromium wkhtmltopdf libreoffice-writer-nogui pandoc \
        texlive-latex-base texlive-latex-recommended texlive-xetex texlive-luatex lmodern texlive-lang-german groff \
        ghostscript enscript fop php-cli php-tcpdf ruby-asciidoctor-pdf qpdf mupdf-tools poppler-utils \
        fonts-dejavu-core fonts-liberation fonts-ipaexfont fonts-noto-cjk
    pip install reportlab==5.1.0 fpdf2==2.8.9 weasyprint==70.0 typst==0.15.2 python-docx==1.2.0 xhtml2pdf==0.2.28 \
        pymupdf==2.0 pikepdf==10.18.0

A producer that is missing is said and passed over.
"""

import html
import re
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).parent
DEJAVU = "/usr/share/fonts/truetype/dejavu/DejaVuSans{}.ttf"
SERIF = "/usr/share/fonts/truetype/dejavu/DejaVuSerif{}.ttf"
POLICIES = {"terms": "en", "agb": "de", "kiyaku": "ja"}


def blocks(markdown):
    """The few kinds of block that the policies are made of: (kind, level or number, words or cells)."""
    found, paragraph = [], []

    def flush():
        if paragraph:
            found.append(("p", 0, " ".join(paragraph)))
            paragraph.clear()

    for line in markdown.splitlines():
        if heading := re.match(r"(#+) (.*)", line):
            flush()
            found.append(("h", len(heading[1]), heading[2]))
        elif item := re.match(r"(-|\d+\.) (.*)", line):
            flush()
            found.append(("i", 0 if item[1] == "-" else int(item[1][:-1]), item[2]))
        elif line.startswith("|"):
            flush()
            cells = [cell.strip() for cell in line.strip("|").split("|")]
            if not all(re.fullmatch("-+", cell) for cell in cells):
                found.append(("r", 0, cells))
        elif line:
            paragraph.append(line)
        else:
            flush()
    flush()
    return found


def runs(found):
    """Blocks, those that stand in one list or table together: ("ul" | "ol" | "table" | kind, [block…])."""
    grouped = []
    for block in found:
        kind = {"i": "ol" if block[1] else "ul", "r": "table"}.get(block[0], block[0])
        if grouped and kind in ("ul", "ol", "table") and grouped[-1][0] == kind:
            grouped[-1][1].append(block)
        else:
            grouped.append((kind, [block]))
    return grouped


def to_html(found, language, css=""):
    out = [f'<!doctype html><html lang="{language}"><head><meta charset="utf-8"><style>{css}</style></head><body>']
    for kind, group in runs(found):
        if kind in ("ul", "ol"):
            items = "".join(f"<li>{html.escape(block[2])}</li>" for block in group)
            out.append(f"<{kind}>{items}</{kind}>")
        elif kind == "table":
            rows = []
            for row, block in enumerate(group):
                cell = "th" if row == 0 else "td"
                rows.append("<tr>" + "".join(f"<{cell}>{html.escape(c)}</{cell}>" for c in block[2]) + "</tr>")
            out.append(f'<table cellpadding="4">{"".join(rows)}</table>')
        elif kind == "h":
            level = group[0][1]
            out.append(f"<h{level}>{html.escape(group[0][2])}</h{level}>")
        else:
            out.append(f"<p>{html.escape(group[0][2])}</p>")
    return "\n".join(out) + "</body></html>"


CSS = {
    "plain": "body{font:11pt 'DejaVu Serif',IPAexMincho,serif} td,th{padding:2pt 8pt;text-align:left}",
    "grid": """@page{size:A5;margin:16mm} body{font:9.5pt/1.5 'Liberation Sans',IPAexGothic,sans-serif;
        text-align:justify} h1{font-size:18pt} h2{font-size:12pt} h3{font-size:10pt}
        table{border-collapse:collapse;width:100%} td,th{border:1px solid #888;padding:3pt 6pt;text-align:left}""",
    "columns": """@page{size:A4;margin:18mm;@bottom-center{content:"Page " counter(page) " of " counter(pages);font-size:8pt}
        @top-right{content:"Quillmere – confidential";font-size:8pt}}
        body{font:9.5pt/1.35 'Liberation Serif',IPAexMincho,serif;columns:2;column-gap:9mm;hyphens:auto;
        text-align:justify} h1{font-size:17pt} h2{font-size:12pt} h3{font-size:10.5pt} td,th{padding:1pt 4pt;text-align:left}""",
}


def run(*command, cwd=None, stdin=None, into=None):
    done = subprocess.run([str(c) for c in command], cwd=cwd, input=stdin, capture_output=True, timeout=180)
    if done.returncode != 0:
        raise RuntimeError(f"{command[0]}: {(done.stderr or done.stdout).decode(errors='replace')[-600:]}")
    if into:
        Path(into).write_bytes(done.stdout)


def page(work, found, language, css):
    path = work / "page.html"
    path.write_text(to_html(found, language, CSS[css]))
    return path


# Browsers and other renderers of HTML.


def chromium(work, found, language, out):
    source = page(work, found, language, "plain")
    run("chromium", "--headless", "--no-sandbox", "--no-pdf-header-footer", f"--print-to-pdf={out}", source)


def chromium_headers(work, found, language, out):
    """With the browser's own header and footer: date, title, address, page numbers; on A5."""
    source = page(work, found, language, "grid")
    run("chromium", "--headless", "--no-sandbox", f"--print-to-pdf={out}", source)


def wkhtmltopdf(work, found, language, out):
    source = page(work, found, language, "plain")
    run("wkhtmltopdf", "-q", "--page-size", "Letter", "--footer-center", "[page]/[topage]", source, out)


def weasyprint(work, found, language, out):
    from weasyprint import HTML

    HTML(string=to_html(found, language, CSS["plain"])).write_pdf(out)


def weasyprint_columns(work, found, language, out):
    from weasyprint import HTML

    HTML(string=to_html(found, language, CSS["columns"])).write_pdf(out)


def weasyprint_tagged(work, found, language, out):
    from weasyprint import HTML

    HTML(string=to_html(found, language, CSS["grid"])).write_pdf(out, pdf_variant="pdf/ua-1")


def xhtml2pdf(work, found, language, out):
    from xhtml2pdf import pisa

    css = """@page{size:a4;margin:2cm;@frame footer{-pdf-frame-content:foot;bottom:1cm;margin-left:2cm;height:1cm}}
        body{font-size:11pt} td,th{text-align:left}"""
    source = to_html(found, language, css).replace("<body>", '<body><div id="foot">Page <pdf:pagenumber></div>')
    with open(out, "wb") as file:
        pisa.CreatePDF(source, dest=file)


def tcpdf(work, found, language, out):
    (work / "page.html").write_text(to_html(found, language))
    font = "cid0jp" if language == "ja" else "dejavusans"
    script = f"""<?php require '/usr/share/php/tcpdf/tcpdf.php';
        $p = new TCPDF('P', 'mm', 'A4', true, 'UTF-8'); $p->setHeaderData('', 0, 'Quillmere Systems', 'Legal');
        $p->setFontSubsetting(true); $p->SetFont('{font}', '', 11); $p->SetMargins(20, 25, 20); $p->AddPage();
        $h = file_get_contents('page.html'); $p->writeHTML(substr($h, strpos($h, '<body>')), true, false, true);
        file_put_contents($argv[1], $p->Output('', 'S'));"""
    (work / "make.php").write_text(script)
    run("php", "make.php", out, cwd=work)


def mupdf_story(work, found, language, out):
    import pymupdf

    story = pymupdf.Story(to_html(found, language, "body{font-family:serif;font-size:11pt} td,th{padding:3px 8px}"))
    writer = pymupdf.DocumentWriter(str(out))
    more, sheet = 1, pymupdf.paper_rect("a4")
    while more:
        device = writer.begin_page(sheet)
        more, _ = story.place(sheet + (60, 60, -60, -60))
        story.draw(device)
        writer.end_page()
    writer.close()
    shrunk = pymupdf.open(out)
    shrunk.subset_fonts()
    data = shrunk.tobytes(garbage=4, deflate=True)
    Path(out).write_bytes(data)


# Word processors.


def libreoffice(work, found, language, out):
    """By way of OpenDocument, as pandoc writes it."""
    run("pandoc", "-f", "html", page(work, found, language, "plain"), "-o", work / "page.odt")
    convert(work, "page.odt", out)


def libreoffice_docx(work, found, language, out):
    """By way of a Word document with headers, footers and real numbering."""
    import docx
    from docx.oxml import OxmlElement

    document = docx.Document()
    section = document.sections[0]
    section.header.paragraphs[0].text = "Quillmere Systems – Legal"
    number = section.footer.paragraphs[0].add_run("Page ")
    for kind, text in (("begin", None), (None, "PAGE"), ("end", None)):
        mark = OxmlElement("w:fldChar" if kind else "w:instrText")
        if kind:
            mark.set("{http://schemas.openxmlformats.org/wordprocessingml/2006/main}fldCharType", kind)
        else:
            mark.text = text
        number._r.append(mark)
    write_docx(document, found)
    document.save(work / "page.docx")
    convert(work, "page.docx", out)


def write_docx(document, found):
    for kind, group in runs(found):
        if kind == "table":
            table = document.add_table(rows=0, cols=len(group[0][2]), style="Table Grid")
            for block in group:
                for cell, words in zip(table.add_row().cells, block[2]):
                    cell.text = words
            continue
        for _, level, words in group:
            if kind == "h":
                document.add_heading(words, 0 if level == 1 else level - 1)
            else:
                document.add_paragraph(words, style={"ul": "List Bullet", "ol": "List Number"}.get(kind, "Normal"))


def convert(work, name, out):
    profile = f"-env:UserInstallation=file://{work}/profile"
    run("soffice", profile, "--headless", "--convert-to", "pdf", "--outdir", work, work / name)
    (work / name).with_suffix(".pdf").rename(out)


# Word documents themselves.


def docx_python(work, found, language, out):
    import docx

    document = docx.Document()
    document.sections[0].header.paragraphs[0].text = "Quillmere Systems – Legal"
    write_docx(document, found)
    document.save(out)


def docx_pandoc(work, found, language, out):
    run("pandoc", "-f", "html", page(work, found, language, "plain"), "-o", out)


def docx_libreoffice(work, found, language, out):
    run("pandoc", "-f", "html", page(work, found, language, "plain"), "-o", work / "page.odt")
    profile = f"-env:UserInstallation=file://{work}/profile"
    run("soffice", profile, "--headless", "--convert-to", "docx", "--outdir", work, work / "page.odt")
    (work / "page.docx").rename(out)


# Typesetters.


def latex(engine, extra=()):
    def make(work, found, language, out):
        (work / "page.html").write_text(to_html(found, language))
        options = ["-V", f"lang={language}", "-V", "papersize=a4", "-V", "geometry=margin=28mm", *extra]
        run("pandoc", "-f", "html", work / "page.html", "-o", out, f"--pdf-engine={engine}", *options)

    return make


def typst(work, found, language, out):
    make_typst(work, found, language, out, '#set page(paper: "a4", margin: 25mm, numbering: "1 / 1")\n#set text(size: 11pt)')


def typst_columns(work, found, language, out):
    setup = '#set page(paper: "us-letter", margin: 20mm, columns: 2, header: [_Quillmere Systems_])\n#set text(size: 9pt)'
    make_typst(work, found, language, out, setup + "\n#set par(justify: true)")


def make_typst(work, found, language, out, setup):
    import typst

    font = '("Libertinus Serif", "Noto Serif CJK JP")'
    text = [setup, f'#set text(lang: "{language}", font: {font})']

    def escape(words):
        return re.sub(r"([\\#*_$@<>`~\[\]\-=+/])", r"\\\1", words)

    for kind, group in runs(found):
        if kind == "table":
            cells = "".join(f"[{escape(cell)}]," for block in group for cell in block[2])
            text.append(f"#table(columns: {len(group[0][2])}, {cells})")
        elif kind in ("ul", "ol"):
            text.extend(("+ " if kind == "ol" else "- ") + escape(block[2]) for block in group)
        elif kind == "h":
            text.append(f"#heading(level: {group[0][1]})[{escape(group[0][2])}]")
        else:
            text.append(escape(group[0][2]))
        text.append("")
    (work / "page.typ").write_text("\n".join(text))
    typst.compile(str(work / "page.typ"), output=str(out))


def groff(work, found, language, out):
    (work / "page.html").write_text(to_html(found, language))
    run("pandoc", "-s", "-f", "html", "-t", "ms", work / "page.html", "-o", work / "page.ms")
    run("groff", "-Tpdf", "-ms", "-t", "-k", "-dpaper=a4", "-P-pa4", work / "page.ms", into=out)


def fop(work, found, language, out):
    fo = ['<fo:root xmlns:fo="http://www.w3.org/1999/XSL/Format"><fo:layout-master-set><fo:simple-page-master']
    fo.append('master-name="a" page-width="210mm" page-height="297mm" margin="20mm"><fo:region-body margin="10mm 0"/>')
    fo.append('<fo:region-after extent="8mm"/></fo:simple-page-master></fo:layout-master-set>')
    fo.append('<fo:page-sequence master-reference="a"><fo:static-content flow-name="xsl-region-after"><fo:block')
    fo.append('text-align="center" font-size="8pt">– <fo:page-number/> –</fo:block></fo:static-content>')
    fo.append('<fo:flow flow-name="xsl-region-body" font-size="10.5pt" font-family="Helvetica">')
    for kind, group in runs(found):
        if kind == "table":
            fo.append('<fo:table table-layout="fixed" width="100%"><fo:table-body>')
            for block in group:
                cells = "".join(f"<fo:table-cell><fo:block>{html.escape(c)}</fo:block></fo:table-cell>" for c in block[2])
                fo.append(f"<fo:table-row>{cells}</fo:table-row>")
            fo.append("</fo:table-body></fo:table>")
        elif kind in ("ul", "ol"):
            fo.append('<fo:list-block provisional-distance-between-starts="7mm" space-before="6pt">')
            for _, number, words in group:
                label = f"{number}." if number else "&#x2022;"
                fo.append('<fo:list-item space-after="3pt"><fo:list-item-label end-indent="label-end()">')
                fo.append(f'<fo:block>{label}</fo:block></fo:list-item-label><fo:list-item-body start-indent="body-start()">')
                fo.append(f"<fo:block>{html.escape(words)}</fo:block></fo:list-item-body></fo:list-item>")
            fo.append("</fo:list-block>")
        else:
            size = {1: "20pt", 2: "14pt", 3: "12pt"}.get(group[0][1])
            style = f'font-size="{size}" font-weight="bold"' if kind == "h" else 'text-align="justify"'
            fo.append(f'<fo:block space-before="8pt" {style}>{html.escape(group[0][2])}</fo:block>')
    fo.append("</fo:flow></fo:page-sequence></fo:root>")
    (work / "page.fo").write_text("\n".join(fo))
    run("fop", "-fo", work / "page.fo", "-pdf", out)


def prawn(work, found, language, out):
    text = [":pagenums:", ":lang: " + language, ""]
    for kind, group in runs(found):
        if kind == "table":
            text.append("|===")
            text.extend(" ".join(f"| {cell}" for cell in block[2]) for block in group)
            text.append("|===")
        elif kind in ("ul", "ol"):
            text.extend(("* " if kind == "ul" else ". ") + block[2] for block in group)
        elif kind == "h" and group[0][1] == 1:
            text[0:0] = ["= " + group[0][2]]
        elif kind == "h":
            text.append("=" * group[0][1] + " " + group[0][2])
        else:
            # A role keeps the first paragraph from being set as a larger lead.
            text.append("[.body]\n" + group[0][2])
        text.append("")
    (work / "page.adoc").write_text("\n".join(text))
    run("asciidoctor-pdf", "-o", out, work / "page.adoc")


# Libraries that programs draw their PDFs with.


def reportlab(work, found, language, out):
    from reportlab.lib.pagesizes import A4
    from reportlab.lib.styles import getSampleStyleSheet
    from reportlab.platypus import ListFlowable, ListItem, Paragraph, SimpleDocTemplate, Table

    styles = getSampleStyleSheet()
    flow = []
    for kind, group in runs(found):
        if kind == "table":
            flow.append(Table([block[2] for block in group], hAlign="LEFT"))
        elif kind in ("ul", "ol"):
            items = [ListItem(Paragraph(html.escape(block[2]), styles["BodyText"])) for block in group]
            options = {"bulletType": "bullet"} if kind == "ul" else {"bulletType": "1", "bulletFormat": "%s."}
            flow.append(ListFlowable(items, **options))
        else:
            style = f"Heading{group[0][1]}" if kind == "h" else "BodyText"
            flow.append(Paragraph(html.escape(group[0][2]), styles[style]))

    def footer(canvas, document):
        canvas.setFont("Helvetica", 8)
        canvas.drawCentredString(A4[0] / 2, 30, f"{document.page}")

    SimpleDocTemplate(str(out), pagesize=A4).build(flow, onFirstPage=footer, onLaterPages=footer)


def reportlab_watermark(work, found, language, out):
    """The same words, and DRAFT across each page."""
    from io import BytesIO

    import pikepdf
    from reportlab.lib.pagesizes import A4
    from reportlab.pdfgen import canvas

    reportlab(work, found, language, out)
    mark = BytesIO()
    drawn = canvas.Canvas(mark, pagesize=A4)
    drawn.setFont("Helvetica-Bold", 90)
    drawn.setFillGray(0.85)
    drawn.translate(A4[0] / 2, A4[1] / 2)
    drawn.rotate(50)
    drawn.drawCentredString(0, 0, "DRAFT")
    drawn.save()
    with pikepdf.open(out, allow_overwriting_input=True) as document, pikepdf.open(mark) as stamp:
        for sheet in document.pages:
            sheet.add_underlay(stamp.pages[0])
        document.save(out)


def fpdf2(work, found, language, out):
    from fpdf import FPDF

    class Sheet(FPDF):
        def footer(self):
            self.set_y(-15)
            self.set_font("body", size=8)
            self.cell(0, 10, f"Page {self.page_no()} of {{nb}}", align="C")

    pdf = Sheet(format="letter")
    cjk = "/usr/share/fonts/opentype/noto/NotoSansCJK-{}.ttc"
    regular, bold = (cjk.format("Regular"), cjk.format("Bold")) if language == "ja" else (DEJAVU.format(""), DEJAVU.format("-Bold"))
    pdf.add_font("body", "", regular)
    pdf.add_font("body", "B", bold)
    pdf.add_page()
    for kind, group in runs(found):
        if kind == "table":
            pdf.set_font("body", size=10)
            with pdf.table() as table:
                for block in group:
                    table.row(block[2])
            pdf.ln(3)
        elif kind in ("ul", "ol"):
            pdf.set_font("body", size=10)
            for _, number, words in group:
                pdf.set_x(14)
                pdf.cell(8, 5, f"{number}." if number else "•")
                pdf.multi_cell(0, 5, words, align="L", new_x="LMARGIN", new_y="NEXT")
                pdf.ln(1)
            pdf.ln(2)
        else:
            size = {1: 20, 2: 14, 3: 11.5}.get(group[0][1], 10)
            pdf.set_font("body", "B" if kind == "h" else "", size)
            pdf.multi_cell(0, size / 2, group[0][2], align="L" if kind == "h" else "J", new_x="LMARGIN", new_y="NEXT")
            pdf.ln(3)
    pdf.output(str(out))


# Plain text on paper: no font tells a heading from a paragraph.


def plain(found):
    import textwrap

    out = []
    for kind, group in runs(found):
        if kind == "table":
            widths = [max(len(block[2][c]) for block in group) + 4 for c in range(len(group[0][2]))]
            out.extend("".join(cell.ljust(width) for cell, width in zip(block[2], widths)).rstrip() for block in group)
        elif kind in ("ul", "ol"):
            for _, number, words in group:
                label = f"{number}. " if number else "*  "
                out.append(textwrap.fill(words, 78, initial_indent="  " + label, subsequent_indent="     "))
        else:
            out.append(textwrap.fill(group[0][2], 80))
        out.append("")
    return "\n".join(out)


def enscript(work, found, language, out):
    """PostScript by enscript, PDF by Ghostscript; with enscript's own page header."""
    text = plain(found).translate({0x201C: '"', 0x201D: '"', 0x201E: '"', 0x2019: "'", 0x20AC: "EUR"})
    if language != "en":
        raise LookupError("its character set has no “ and €")
    run("enscript", "-q", "-X", "88591", "-M", "A4", "-f", "Courier10", "-o", work / "page.ps", stdin=text.encode("latin-1"))
    run("ps2pdf", "-sPAPERSIZE=a4", work / "page.ps", out)


# What rewrites the PDFs of others.


def again(first, *command):
    """Makes the PDF with one producer and lets another one rewrite it."""

    def make(work, found, language, out):
        first(work, found, language, work / "first.pdf")
        places = (("IN", str(work / "first.pdf")), ("OUT", str(out)))
        run(*(next((c.replace(name, path) for name, path in places if c.endswith(name)), c) for c in command))

    return make


PRODUCERS = {
    "chromium": chromium,
    "chromium-headers": chromium_headers,
    "wkhtmltopdf": wkhtmltopdf,
    "weasyprint": weasyprint,
    "weasyprint-columns": weasyprint_columns,
    "weasyprint-tagged": weasyprint_tagged,
    "xhtml2pdf": xhtml2pdf,
    "tcpdf": tcpdf,
    "mupdf-story": mupdf_story,
    "libreoffice-docx": libreoffice_docx,
    "pdflatex": latex("pdflatex"),
    "xelatex": latex("xelatex", ("-V", "mainfont=DejaVu Serif", "-V", "fontsize=11pt")),
    "lualatex": latex("lualatex", ("-V", "fontsize=12pt")),
    "typst": typst,
    "typst-columns": typst_columns,
    "groff": again(groff, "gs", "-q", "-dBATCH", "-dNOPAUSE", "-sDEVICE=pdfwrite", "-sOutputFile=OUT", "IN"),
    "fop": fop,
    "prawn": prawn,
    "reportlab": reportlab,
    "reportlab-watermark": reportlab_watermark,
    "fpdf2": fpdf2,
    "enscript": enscript,
    "ghostscript": again(libreoffice, "gs", "-q", "-dBATCH", "-dNOPAUSE", "-sDEVICE=pdfwrite", "-sOutputFile=OUT", "IN"),
    "ghostscript-latex": again(latex("pdflatex"), "gs", "-q", "-dBATCH", "-dNOPAUSE", "-sDEVICE=pdfwrite", "-sOutputFile=OUT", "IN"),
    "qpdf-encrypted": again(libreoffice, "qpdf", "--encrypt", "", "owner", "256", "--", "--object-streams=generate", "IN", "OUT"),
    "qpdf-linearized": again(typst, "qpdf", "--linearize", "--object-streams=disable", "IN", "OUT"),
    "mutool": again(weasyprint, "mutool", "clean", "-gggg", "-s", "IN", "OUT"),
    "cairo": again(chromium, "pdftocairo", "-pdf", "IN", "OUT"),
}

# Fewer for the others: what matters is the language, and that the repository stays small. Most of those left out can't
# set Japanese as they are called here: fonts without it, no line breaking.
GERMAN = {"chromium", "wkhtmltopdf", "weasyprint", "weasyprint-columns", "xhtml2pdf", "libreoffice-docx"}
GERMAN |= {"ghostscript-latex", "xelatex", "lualatex", "typst-columns", "fop", "reportlab", "fpdf2", "cairo"}
JAPANESE = {"wkhtmltopdf", "weasyprint", "weasyprint-tagged"}
JAPANESE |= {"typst", "mupdf-story"}
WORD = {"python-docx": docx_python, "pandoc": docx_pandoc, "libreoffice-writer": docx_libreoffice}
OTHERS = {"pandoc", "libreoffice-writer"}
ONLY = {"agb": GERMAN | OTHERS, "kiyaku": JAPANESE | OTHERS}


def make(policy, name, out, producer, found, language):
    with tempfile.TemporaryDirectory() as work:
        try:
            producer(Path(work), found, language, out)
            print(f"{policy}/{out.name}: {out.stat().st_size} bytes")
        except Exception as error:  # noqa: BLE001: whatever is missing, the others go on
            print(f"{policy}/{name}: MISSING: {type(error).__name__}: {str(error)[-300:]}", file=sys.stderr)


def main(wanted):
    for policy, language in POLICIES.items():
        found = blocks((HERE / f"{policy}.md").read_text())
        (HERE / policy).mkdir(exist_ok=True)
        for name, producer in (PRODUCERS | WORD).items():
            is_wanted = not wanted or policy in wanted or f"{policy}/{name}" in wanted
            if is_wanted and name in ONLY.get(policy, PRODUCERS | WORD):
                ending = "docx" if name in WORD else "pdf"
                make(policy, name, HERE / policy / f"{name}.{ending}", producer, found, language)
    if not wanted or "password" in wanted:
        locked = ("--encrypt", "secret", "owner", "256", "--", HERE / "agb/fop.pdf", HERE / "password.pdf")
        run("qpdf", *locked)


if __name__ == "__main__":
    main(set(sys.argv[1:]))
