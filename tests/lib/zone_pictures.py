"""Pictures of passport pages as a lane's camera takes them: a page with its zone in OCR-B, turned, blurred, noisy, badly lit, packed as JPEG.

usage: /usr/bin/python3 zone_pictures.py FOLDER [--each N] [--font FILE] [--lines LINE...]   (Debian's python3-pil and fonts-ocr-b)
Writes FOLDER/CONDITION-N.jpg and FOLDER/truth.jsonl: {"file","condition","lines"}. With --lines this zone once in each condition, FOLDER/CONDITION.jpg."""
import argparse
import io
import json
import os
import random

from PIL import Image, ImageChops, ImageDraw, ImageFilter, ImageFont

OCR_B = '/usr/share/fonts/opentype/ocr-b/OCRB.otf'
PLAIN = '/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf'
FAMILIES = 'KIM LEE PARK CHOI SOK CHAN NGUYEN TRAN WANG ZHANG ERIKSSON OKAFOR SILVA MUELLER GOLDBERG SUBRAMANIAM VAN<DER<BERG'.split()
GIVEN = 'MINSU SEO<YEON DARA SREY<MOM VAN<BINH XIAOMING ANNA<MARIA CHUKWUEMEKA JOAO<PEDRO HANS<JOERG BEN VIGNESHWARAN IVO'.split()
STATES = 'KOR KHM VNM CHN SWE NGA BRA D<< ISR SGP NLD THA USA'.split()

# name: (turned by degrees, blur in pixels, noise, JPEG quality, width of the page in pixels, light falls off)
CONDITIONS = {
    'plain': (0, 0, 0, 90, 1400, 0),
    'small': (0, 0, 0, 90, 900, 0),
    'turned-1': (1, 0.5, 4, 85, 1400, 0),
    'turned-3': (-3, 0.5, 4, 85, 1400, 0),
    'turned-5': (5, 0.5, 4, 85, 1400, 0),
    'blurred': (0.7, 1.6, 4, 85, 1400, 0),
    'much-blurred': (0.7, 2.6, 4, 85, 1400, 0),
    'noisy': (-0.7, 0.6, 22, 85, 1400, 0),
    'packed': (1.5, 0.6, 4, 25, 1400, 0),
    'shaded': (-1.5, 0.6, 6, 80, 1400, 0.65),
    'all': (2.5, 1.2, 12, 50, 1300, 0.45),
}


def digit(text):
    return str(sum((7, 3, 1)[i % 3] * (0 if c == '<' else int(c, 36)) for i, c in enumerate(text)) % 10)


def date(rng, years):
    return f'{rng.choice(years):02}{rng.randint(1, 12):02}{rng.randint(1, 28):02}'


def number(rng):
    return ''.join(rng.choice('ABCDEFGHKLMNPRSTXYZ') for _ in range(rng.randint(0, 2))) + ''.join(rng.choice('0123456789') for _ in range(7))


def traveller(rng):
    """Lines of a passport, seldom of a card of three lines or of two short ones."""
    name, state = rng.choice(FAMILIES) + '<<' + rng.choice(GIVEN), rng.choice(STATES)
    no, birth, sex, expiry = number(rng).ljust(9, '<'), date(rng, range(40, 99)), rng.choice('MF<'), date(rng, range(26, 36))
    born, ends = birth + digit(birth), expiry + digit(expiry)
    kind = rng.choice(['td3'] * 6 + ['td1', 'td2'])
    if kind == 'td1':
        first, second = f'I<{state}{no}{digit(no)}'.ljust(30, '<'), f'{born}{sex}{ends}{state}'.ljust(29, '<')
        return [first, second + digit(first[5:30] + second[:7] + second[8:15] + second[18:29]), name[:30].ljust(30, '<')]
    width = 44 if kind == 'td3' else 36
    optional = ''.join(rng.choice('0123456789') for _ in range(rng.choice([0, 0, 7]))) if kind == 'td3' else ''
    body = f'{no}{digit(no)}{state}{born}{sex}{ends}' + (optional.ljust(14, '<') + digit(optional.ljust(14, '<')) if kind == 'td3' else '<' * 7)
    return [(('P' if kind == 'td3' else 'I') + '<' + state + name)[:width].ljust(width, '<'),
            body + digit(body[:10] + body[13:20] + body[21:])]


def page(rng, lines, width, face):
    """125 mm by 88 mm, or a card of 85.6 by 54: OCR-B at ten letters an inch, what else stands on a page above, a tinted ground."""
    long = len(lines[0])
    across, high = (125, 88) if long == 44 else (105, 74) if long == 36 else (85.6, 54)
    mm = width / across
    image = Image.new('L', (width, round(high * mm)), rng.randint(205, 240))
    draw = ImageDraw.Draw(image)
    for _ in range(40):
        x, y = rng.randint(-width, width), rng.randint(0, image.height)
        draw.arc([x, y - 60 * mm / 10, x + width, y + 60 * mm / 10], 0, 180, fill=rng.randint(190, 215), width=1)
    print_in = ImageFont.truetype(PLAIN, round(2.6 * mm))
    draw.rectangle([6 * mm, 10 * mm, 34 * mm, min(50, high - 24) * mm], fill=150)
    for i, word in enumerate(['PASSPORT', lines[-1][:14], 'Date of birth', '07 MAR / MARS 90', 'Authority', 'MINISTRY OF INTERIOR']):
        if (12 + i * 5) < high - 26:
            draw.text((40 * mm, (12 + i * 5) * mm), word.replace('<', ' '), font=print_in, fill=40)
    font = ImageFont.truetype(face, round(100 * 2.54 * mm / ImageFont.truetype(face, 100).getlength('0')))
    left, top = (across - long * 2.54) / 2 * mm, (high - len(lines) * 6.35 - 4) * mm
    for i, line in enumerate(lines):
        draw.text((left, top + i * 6.35 * mm), line, font=font, fill=rng.randint(20, 50))
    return image


def shade(image, much):
    ramp = Image.linear_gradient('L').rotate(90).resize(image.size)
    return Image.composite(image, image.point(lambda v: int(v * (1 - much))), ramp)


def taken(rng, image, condition):
    turned, blur, noise, quality, _, dark = condition
    table = Image.new('L', (round(image.width * 1.15), round(image.height * 1.2)), 70)
    table.paste(image, ((table.width - image.width) // 2, (table.height - image.height) // 2))
    table = table.rotate(turned, Image.BICUBIC, fillcolor=70)
    if dark:
        table = shade(table, dark)
    table = table.filter(ImageFilter.GaussianBlur(blur))
    if noise:
        table = ImageChops.add(table, Image.effect_noise(table.size, noise), 1, -128)
    out = io.BytesIO()
    table.convert('RGB').save(out, 'JPEG', quality=quality)
    return out.getvalue()


def main():
    options = argparse.ArgumentParser()
    options.add_argument('folder')
    options.add_argument('--each', type=int, default=10)
    options.add_argument('--font', default=OCR_B)
    options.add_argument('--lines', nargs='+')
    options = options.parse_args()
    os.makedirs(options.folder, exist_ok=True)
    if options.lines:
        for condition, how in CONDITIONS.items():
            rng = random.Random(condition)
            with open(os.path.join(options.folder, f'{condition}.jpg'), 'wb') as f:
                f.write(taken(rng, page(rng, options.lines, how[4], options.font), how))
        return
    with open(os.path.join(options.folder, 'truth.jsonl'), 'w', encoding='utf-8') as truth:
        for condition, how in CONDITIONS.items():
            for i in range(options.each):
                rng = random.Random(f'{condition} {i}')
                lines, name = traveller(rng), f'{condition}-{i}.jpg'
                with open(os.path.join(options.folder, name), 'wb') as f:
                    f.write(taken(rng, page(rng, lines, how[4], options.font), how))
                truth.write(json.dumps({'file': name, 'condition': condition, 'lines': lines}) + '\n')


if __name__ == '__main__':
    main()
