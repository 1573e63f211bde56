"""Pictures that tell more than they show: a secret planted wherever a format has room for one."""

import struct
from io import BytesIO

from PIL import Image, ImageCms, TiffImagePlugin

from gallery_events.imaging.content import taken
from gallery_events.imaging.decoding import opened
from gallery_events.imaging.formats import KNOWN
from gallery_events.imaging.ingest import ingest
from gallery_events.imaging.probe import Limits, probe
from gallery_events.imaging.stripping import cut  # noqa: F401 - what the tests are about
from tests.imaging.made import animation, chunk, quarters, saved

#: What must be in no byte of what is stored; each place has a word of its own behind it.
SECRET = b"52.520008N"
PROFILE = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
XMP = (
    b'<?xpacket begin="" id="W5M0MpCehiHzreSzNTczkc9d"?><x:xmpmeta xmlns:x="adobe:ns:meta/">'
    b'<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description>'
    + SECRET
    + b" xmp</rdf:Description></rdf:RDF></x:xmpmeta><?xpacket end='w'?>"
)
IPTC = b"\x1c\x02\x05\0\x14" + SECRET + b" iptc ....."
RESOURCES = b"Photoshop 3.0\0" + b"8BIM\x04\x04\0\0" + struct.pack(">I", len(IPTC)) + IPTC


def secret(name):
    return (SECRET + b" " + name.encode()).decode()


def exif(orientation=1, *, thumbnail=True):
    """Return EXIF with words, a place, a maker's note and a thumbnail."""
    found = Image.Exif()
    if orientation != 1:
        found[0x0112] = orientation
    found[0x010E], found[0x010F] = secret("description"), secret("make")
    found[0x0131], found[0x0132] = secret("software"), "2026:11:29 01:02:03"
    found.get_ifd(0x8769).update(
        {0x927C: SECRET + b" maker note", 0x9286: b"ASCII\0\0\0" + SECRET, 0xA430: secret("owner")}
    )
    found.get_ifd(0x8825).update(
        {1: "N", 2: (52.0, 31.0, 12.03), 27: b"ASCII\0\0\0" + SECRET, 29: "2026:11:29"}
    )
    data = found.tobytes()
    small = saved(quarters((16, 12)), "JPEG", comment=SECRET + b" in the thumbnail")
    return data + small if thumbnail else data


def segment(marker, says):
    return b"\xff" + bytes([marker]) + struct.pack(">H", 2 + len(says)) + says


def jpeg(orientation=1, *, image=None, **options):
    """Return a JPEG with a secret in every segment that can have one, and behind its end."""
    image = quarters() if image is None else image
    plain = saved(image, "JPEG", icc_profile=PROFILE, quality=90, **options)
    jfif = b"JFIF\0\x01\x02\0\0\x48\0\x48\x04\x01" + SECRET + b".."  # a thumbnail of 4x1 pixels
    planted = [
        segment(0xE0, jfif) if plain[2:4] == b"\xff\xe0" else b"",
        segment(0xE0, b"JFXX\0\x10" + SECRET),
        segment(0xE1, exif(orientation)),
        segment(0xE1, b"http://ns.adobe.com/xap/1.0/\0" + XMP),
        segment(0xE1, b"http://ns.adobe.com/xmp/extension/\0" + SECRET),
        segment(0xE2, b"MPF\0" + SECRET),
        segment(0xE2, b"FPXR\0" + SECRET),
        segment(0xED, RESOURCES),
        *(segment(marker, SECRET) for marker in (*range(0xE3, 0xED), 0xEE, 0xEF, 0xFE)),
    ]
    begin = 2 + (18 if plain[2:4] == b"\xff\xe0" else 0)
    return plain[:2] + b"".join(planted) + plain[begin:] + jpeg_behind()


def jpeg_behind():
    """Return a second picture and an archive."""
    return saved(quarters((20, 10)), "JPEG", comment=SECRET) + b"PK\x03\x04" + SECRET


def png(orientation=1, *, image=None, **options):
    image = quarters() if image is None else image
    whole = saved(image, "PNG", icc_profile=PROFILE, dpi=(72, 72), **options)
    end = len(whole) - 12
    planted = (
        chunk(b"tEXt", b"Comment\0" + SECRET)
        + chunk(b"iTXt", b"XML:com.adobe.xmp\0\0\0\0\0" + XMP)
        + chunk(b"eXIf", exif(orientation)[6:])
        + chunk(b"tIME", b"\x07\xea\x0b\x1d\1\2\3")
        + chunk(b"caBX", SECRET)
        + chunk(b"prVt", SECRET)
    )
    later = chunk(b"zTXt", b"Later\0\0" + SECRET) + chunk(b"tEXt", b"Author\0" + SECRET)
    return whole[:33] + planted + whole[33:end] + later + whole[end:] + b"PK\x03\x04" + SECRET


def webp(orientation=1, *, image=None, **options):
    image = quarters() if image is None else image
    whole = saved(image, "WEBP", icc_profile=PROFILE, exif=exif(orientation), xmp=XMP, **options)
    extra = b"prVt" + struct.pack("<I", len(SECRET)) + SECRET + b"\0" * (len(SECRET) % 2)
    body = whole[8:] + extra
    return b"RIFF" + struct.pack("<I", len(body)) + body + b"PK\x03\x04" + SECRET


def extension(label, *blocks):
    return b"!" + bytes([label]) + b"".join(bytes([len(b)]) + b for b in blocks) + b"\0"


def gif(data=None):
    data = animation("GIF", comment=SECRET + b" first", loop=3) if data is None else data
    start = 13 + (3 << (data[10] & 7) + 1 if data[10] & 0x80 else 0)
    planted = (
        extension(0xFE, SECRET)
        + extension(0xFF, b"XMP DataXMP", XMP[:200], XMP[200:])
        + extension(0xFF, b"SECRET  1.0", SECRET)
        + extension(0x01, bytes(12), SECRET)
        + extension(0xFF, b"ICCRGBG1012", PROFILE[:255], PROFILE[255:510])
    )
    loop = data.find(b"NETSCAPE2.0")
    if loop > 0:  # one more block behind the number of times
        data = data[: loop + 15] + b"\x0b" + SECRET + b"!" + data[loop + 15 :]
    return data[:start] + planted + data[start:-1] + extension(0xFE, SECRET) + b";" + SECRET


def tiff(orientation=1, *, images=None, **options):
    first, *others = [quarters()] if images is None else images
    for image in (*others, first):
        tags = TiffImagePlugin.ImageFileDirectory_v2()
        for tag in (269, 270, 271, 272, 285, 305, 315, 316, 33432, 337, 42112):
            tags[tag] = secret(str(tag))
        tags[306] = "2026:11:29 01:02:03"
        tags[700] = XMP
        tags.tagtype[700] = 1
        tags[33723], tags.tagtype[33723] = IPTC, 7
        tags[34377], tags.tagtype[34377] = RESOURCES[14:], 1
        tags[65000], tags.tagtype[65000] = SECRET, 7
        if orientation != 1:
            tags[274] = orientation
        image.encoderinfo = {"tiffinfo": tags}
    found = Image.Exif()
    found.load(exif())
    tags[0x8769] = dict(found.get_ifd(0x8769))
    tags[0x8825] = dict(found.get_ifd(0x8825))
    more = {"save_all": True, "append_images": others} if others else {}
    data = saved(first, "TIFF", tiffinfo=tags, icc_profile=PROFILE, **more, **options)
    return data + SECRET + b" behind the end"


def told(data, *, orientation=1):
    """Return a TIFF with a new first directory at its end, that tells more than the old one."""
    (at,) = struct.unpack_from("<I", data, 4)
    (count,) = struct.unpack_from("<H", data, at)
    entries = {}
    for place in range(at + 2, at + 2 + 12 * count, 12):
        entries[data[place : place + 2]] = data[place : place + 12]
    following = data[at + 2 + 12 * count : at + 6 + 12 * count]
    for tag in (269, 270, 271, 305, 315, 700, 33432, 33723, 34377, 65000):
        words = SECRET + str(tag).encode() + bytes(8)
        kind = 2 if tag < 700 or tag == 33432 else 7
        entries[struct.pack("<H", tag)] = struct.pack("<HHII", tag, kind, len(words), len(data))
        data += words
    data += bytes(len(data) % 2)
    entries[struct.pack("<H", 34665)] = struct.pack("<HHII", 34665, 4, 1, len(data))
    data += struct.pack("<HHHII", 1, 0xA430, 2, len(SECRET), len(data) + 18) + bytes(4) + SECRET
    if orientation != 1:
        entries[struct.pack("<H", 274)] = struct.pack("<HHIHH", 274, 3, 1, orientation, 0)
    ordered = sorted(entries.values(), key=lambda each: struct.unpack_from("<H", each))
    data += bytes(len(data) % 2)
    directory = struct.pack("<H", len(ordered)) + b"".join(ordered) + following
    return data[:4] + struct.pack("<I", len(data)) + data[8:] + directory + SECRET


def avif(orientation=1, *, image=None, **options):
    image = quarters() if image is None else image
    data = saved(image, "AVIF", exif=exif(orientation)[6:], xmp=XMP, icc_profile=PROFILE, **options)
    return data + box(b"uuid", SECRET * 2) + box(b"free", SECRET)


def heic(orientation=1, *, image=None):
    import pillow_heif

    out = BytesIO()
    made = pillow_heif.from_pillow(quarters() if image is None else image)
    made[0].info |= {"exif": exif(orientation), "xmp": XMP, "icc_profile": PROFILE}
    made[0].info["icc_profile_type"] = "prof"
    made.save(out, quality=80)
    return out.getvalue() + box(b"uuid", SECRET * 2) + box(b"mdat", SECRET)


def box(kind, content):
    return struct.pack(">I4s", 8 + len(content), kind) + content


def seen(data, name):
    """Return everything that is seen of a file: pixels of all frames, times, loop, profile."""
    with opened(BytesIO(data), name=name) as image:
        image.load()
        loop, profile = image.info.get("loop"), image.info.get("icc_profile")
        frames = []
        # Of a HEIC the primary picture is shown, which is the current one: others may go.
        for at in range(getattr(image, "n_frames", 1)) if name != "HEIC" else [image.tell()]:
            image.seek(at)
            image.load()
            shown = image.convert("RGBA") if image.has_transparency_data else image
            frames.append((shown.mode, shown.size, shown.tobytes(), image.info.get("duration")))
        return loop, profile, frames


def stored(data, *, strip=True):
    """Return the bytes that are stored of a file, what was done to it, and what it is."""
    with taken(BytesIO(data), max_bytes=10**8) as content:
        found = probe(content, limits=Limits(50_000_000, 1000, tuple(KNOWN)))
        made = ingest(content, found=found, thumbnail_size=400, strip=strip)
        made.stored.file.seek(0)
        kept = made.stored.file.read()
        assert kept == made.stored.data[:]
    return kept, made, found
