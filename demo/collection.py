"""What hangs on the club's walls besides the story's three albums, and what it says there."""

from dataclasses import dataclass

from demo.prints import Print


@dataclass(frozen=True)
class Show:
    """An album: who made it on which day of the story, and a print that hung in it for a while."""

    title: str
    by: str
    day: int
    notes: str
    prints: tuple[Print, ...]
    spare: Print


PAGODA, CAT, HUBBLE = "Pagoda in Beijing", "Chelsea the cat", "Hubble deep field"
MOTORCYCLE, DAHLIA, ESPRESSO = "Motorcycle from the left", "Dahlia", "Espresso"
HOPPER, COLLINS, CAMERAMAN = "Grace Hopper", "Eileen Collins", "Cameraman"

SHOWS = (
    Show(
        "Garage, Sunday",
        by="Carla",
        day=33,
        notes="One motorcycle, one lamp, four hours. Nothing was moved for the picture, "
        "not even the boxes.",
        prints=(
            Print(MOTORCYCLE, "Red motorcycle on its stand in a garage", "The whole of it"),
            Print(MOTORCYCLE, "Headlamp and handlebar", "Lamp", (0.58, 0.12, 0.96, 0.55)),
            Print(MOTORCYCLE, "Engine with cooling fins", "Twin", (0.36, 0.42, 0.72, 0.8)),
            Print(MOTORCYCLE, "Rear wheel and shock absorber", "", (0.14, 0.34, 0.48, 0.84)),
            Print(MOTORCYCLE, "Front wheel", "Front, after the rain", (0.62, 0.44, 1, 0.94)),
            Print(
                MOTORCYCLE,
                "Seat and tank in black and white",
                "",
                (0.16, 0.24, 0.66, 0.6),
                grey=True,
            ),
            Print(
                MOTORCYCLE,
                "Shelves with boxes and tins",
                "The rest of the garage",
                (0.44, 0, 0.98, 0.4),
            ),
        ),
        spare=Print(MOTORCYCLE, "Concrete floor", "", (0, 0.72, 0.5, 1)),
    ),
    Show(
        "Longevity Hill",
        by="Ben",
        day=38,
        notes="The Summer Palace from across the trees, on a hazy morning in late summer.",
        prints=(
            Print(
                PAGODA, "Pagoda with green and orange roofs above Kunming Lake", "Before the crowds"
            ),
            Print(PAGODA, "Uppermost roof with its finial", "", (0.1, 0.04, 0.56, 0.44)),
            Print(
                PAGODA,
                "Two storeys of red lattice",
                "Second and third storey",
                (0.08, 0.3, 0.58, 0.72),
            ),
            Print(
                PAGODA,
                "Hazy lake with small boats",
                "Boats, if one looks long enough",
                (0.48, 0.3, 1, 0.72),
            ),
            Print(PAGODA, "Treetops in haze", "", (0.5, 0.56, 1, 1)),
            Print(
                PAGODA, "The pagoda in black and white", "Printed dark", (0, 0, 0.7, 1), grey=True
            ),
        ),
        spare=Print(PAGODA, "Empty sky", "", (0.4, 0, 1, 0.3)),
    ),
    Show(
        "Chelsea, at length",
        by="Ben",
        day=44,
        notes="One cat, one afternoon, and no flash. She left when the film was full.",
        prints=(
            Print(CAT, "Face of a ginger tabby, looking past the camera", "Chelsea"),
            Print(CAT, "Green eyes and the bridge of the nose", "", (0.26, 0.2, 0.86, 0.62)),
            Print(CAT, "One green eye", "f/1.8", (0.24, 0.2, 0.62, 0.64)),
            Print(CAT, "Nose and whiskers", "Whiskers", (0.3, 0.56, 0.84, 1)),
            Print(CAT, "Stripes between the ears", "", (0.1, 0, 0.9, 0.36)),
            Print(CAT, "The same face in black and white", "For the newsletter", grey=True),
        ),
        spare=Print(CAT, "Blurred blanket", "", (0.76, 0.3, 1, 1)),
    ),
    Show(
        "Sitting for a portrait",
        by="Anna",
        day=49,
        notes="Prints from the archive evening: what a face tells, and what a uniform does.",
        prints=(
            Print(HOPPER, "Grace Hopper in uniform before a flag", "Rear admiral Grace Hopper"),
            Print(
                COLLINS,
                "Eileen Collins in an orange suit beside a model shuttle",
                "Eileen Collins, pilot",
            ),
            Print(
                HOPPER,
                "Face of Grace Hopper, glasses and cap",
                "",
                (0.2, 0.02, 0.84, 0.6),
                grey=True,
            ),
            Print(
                COLLINS, "Smiling face above the neck ring of a space suit", "", (0.2, 0, 0.7, 0.52)
            ),
            Print(
                CAMERAMAN,
                "Man in a coat behind a film camera on a tripod",
                "The other side of the lens",
            ),
            Print(HOPPER, "Cap badge with an eagle", "", (0.26, 0.02, 0.76, 0.3)),
            Print(COLLINS, "Mission patch on an orange sleeve", "STS-63", (0.12, 0.62, 0.66, 1)),
            Print(CAMERAMAN, "Profile of the cameraman", "", (0.24, 0.08, 0.72, 0.56)),
            Print(COLLINS, "Shuttle model on its tank", "", (0.62, 0, 1, 0.6), grey=True),
        ),
        spare=Print(HOPPER, "Ribbons on a uniform", "", (0.5, 0.74, 1, 1)),
    ),
    Show(
        "Ten days of exposure",
        by="Anna",
        day=54,
        notes="Details of the Hubble deep field: a patch of sky that a grain of sand would hide. "
        "Each smudge is a galaxy.",
        prints=(
            Print(HUBBLE, "Thousands of galaxies on black", "The whole field"),
            Print(HUBBLE, "Bright blue and red galaxies", "", (0.2, 0.02, 0.6, 0.4)),
            Print(HUBBLE, "A red galaxy among small ones", "Old light", (0.56, 0.36, 0.96, 0.76)),
            Print(HUBBLE, "Scattered blue galaxies", "", (0.02, 0.1, 0.42, 0.48)),
            Print(
                HUBBLE,
                "Faint galaxies in the lower corner",
                "Lower left, pushed two stops",
                (0, 0.62, 0.4, 1),
            ),
            Print(HUBBLE, "A bright galaxy near a star", "", (0.36, 0.62, 0.86, 1)),
            Print(
                HUBBLE,
                "Galaxies as grey smudges",
                "As a plate would have shown it",
                (0.3, 0.3, 0.8, 0.8),
                grey=True,
            ),
            Print(HUBBLE, "Spiral galaxy at an angle", "", (0.6, 0, 1, 0.38)),
        ),
        spare=Print(HUBBLE, "Almost nothing", "", (0.86, 0.8, 1, 1)),
    ),
)

#: Deleted; the editor can have it back.
TAKEN_DOWN = Show(
    "Red, and nothing else",
    by="Ben",
    day=46,
    notes="A month of looking for one colour.",
    prints=(
        Print(DAHLIA, "Dahlia against dark leaves", "Almost red"),
        Print(DAHLIA, "Petals of a dahlia", "", (0.26, 0.12, 0.72, 0.86)),
        Print(ESPRESSO, "Rim of a red cup and saucer", "", (0.1, 0.3, 0.72, 1)),
        Print(ESPRESSO, "Spoon on a red saucer", "", (0.46, 0.42, 0.86, 0.92)),
        Print(MOTORCYCLE, "Red tank", "", (0.34, 0.28, 0.66, 0.56)),
    ),
    spare=Print(PAGODA, "Red lattice", "", (0.12, 0.34, 0.5, 0.6)),
)

#: Alternative text and caption of the photographs as they were taken.
WORDS = {
    "Pagoda in Beijing": (
        "Pagoda with green and orange roofs above Kunming Lake",
        "Before the crowds",
    ),
    "Dahlia": ("Orange dahlia against dark leaves", "Dahlia, second week of September"),
    "Grace Hopper": ("Grace Hopper in uniform before a flag", "Rear admiral Grace Hopper"),
    "Eileen Collins": (
        "Eileen Collins in an orange suit beside a model shuttle",
        "Eileen Collins, pilot",
    ),
    "Chelsea the cat": ("Face of a ginger tabby, looking past the camera", "Chelsea"),
    "Espresso": ("Espresso in a red cup on a wooden table", "Before the meeting"),
    "Rocket on its pad": ("White rocket between lightning masts at dusk", "T minus one hour"),
    "Hubble deep field": ("Thousands of galaxies on black", "The whole field"),
    "Motorcycle from the left": ("Red motorcycle on its stand in a garage", "The whole of it"),
    "Retina": ("Retina with branching vessels", "The first lens of all"),
    "Stained tissue": ("Brown-stained glands among blue nuclei", "Section, ten times"),
    "Cameraman": ("Man in a coat behind a film camera on a tripod", "The other side of the lens"),
    "Coins from Pompeii": ("Four rows of ancient coins on slate", "Small change"),
    "Surface of the moon": ("Craters and hills of the moon", "Low sun"),
    "Brick wall": ("Brick wall in running bond", "Bond, running"),
    "Grass": ("Blades of grass in black and white", "The lawn behind the clubhouse"),
    "Gravel": ("Gravel in black and white", ""),
    "Living cell": ("Round bright cell with a dark halo", "Phase contrast"),
    "Second print of the dahlia": ("Orange dahlia against dark leaves", "Second print"),
}
