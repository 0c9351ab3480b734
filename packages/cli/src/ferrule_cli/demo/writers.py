"""The books that the shop sells, and the people who made them. These are real."""

from __future__ import annotations

from datetime import date

from ferrule_core.deferred import dataclass


@dataclass(frozen=True, slots=True)
class Work:
    """One book.

    Attributes:
        sequel: Whether it continues the work before it in the list of its author.
        also: Who else contributed, as ``(name, contribution)``.
        awards: What it won, with the year.
    """

    title: str
    year: int
    category: str
    sequel: bool = False
    also: tuple[tuple[str, str], ...] = ()
    awards: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Writer:
    """Someone on a title page, with the works of theirs that the shop sells."""

    name: str
    sort_name: str
    born: date | None
    died: date | None = None
    pen_names: tuple[str, ...] = ()
    works: tuple[Work, ...] = ()


_RABASSA = (("Gregory Rabassa", "translator"),)
_WEAVER = (("William Weaver", "translator"),)
_GARNETT = (("Constance Garnett", "translator"),)
_SHEPARD = (("E. H. Shepard", "illustrator"),)
_TENNIEL = (("John Tenniel", "illustrator"),)

WRITERS: tuple[Writer, ...] = (
    Writer(
        "Ursula K. Le Guin", "Le Guin, Ursula K.", date(1929, 10, 21), date(2018, 1, 22),
        works=(
            Work("A Wizard of Earthsea", 1968, "Fantasy"),
            Work("The Tombs of Atuan", 1971, "Fantasy", sequel=True),
            Work("The Farthest Shore", 1972, "Fantasy", sequel=True,
                 awards=("National Book Award 1973",)),
            Work("Tehanu", 1990, "Fantasy", sequel=True, awards=("Nebula 1990",)),
            Work("The Left Hand of Darkness", 1969, "Science fiction",
                 awards=("Nebula 1969", "Hugo 1970")),
            Work("The Dispossessed", 1974, "Science fiction",
                 awards=("Nebula 1974", "Hugo 1975")),
            Work("The Lathe of Heaven", 1971, "Science fiction"),
        ),
    ),
    Writer(
        "Terry Pratchett", "Pratchett, Terry", date(1948, 4, 28), date(2015, 3, 12),
        works=(
            Work("Guards! Guards!", 1989, "Fantasy"),
            Work("Men at Arms", 1993, "Fantasy", sequel=True),
            Work("Feet of Clay", 1996, "Fantasy", sequel=True),
            Work("Small Gods", 1992, "Fantasy"),
            Work("Going Postal", 2004, "Fantasy"),
            Work("Mort", 1987, "Fantasy"),
            Work("Night Watch", 2002, "Fantasy"),
        ),
    ),
    Writer(
        "J. R. R. Tolkien", "Tolkien, J. R. R.", date(1892, 1, 3), date(1973, 9, 2),
        works=(
            Work("The Hobbit", 1937, "Fantasy"),
            Work("The Fellowship of the Ring", 1954, "Fantasy", sequel=True),
            Work("The Two Towers", 1954, "Fantasy", sequel=True),
            Work("The Return of the King", 1955, "Fantasy", sequel=True),
        ),
    ),
    Writer(
        "N. K. Jemisin", "Jemisin, N. K.", date(1972, 9, 19),
        works=(
            Work("The Fifth Season", 2015, "Fantasy", awards=("Hugo 2016",)),
            Work("The Obelisk Gate", 2016, "Fantasy", sequel=True, awards=("Hugo 2017",)),
            Work("The Stone Sky", 2017, "Fantasy", sequel=True,
                 awards=("Nebula 2017", "Hugo 2018")),
        ),
    ),
    Writer(
        "Susanna Clarke", "Clarke, Susanna", date(1959, 11, 1),
        works=(
            Work("Jonathan Strange & Mr Norrell", 2004, "Fantasy", awards=("Hugo 2005",)),
            Work("Piranesi", 2020, "Fantasy", awards=("Women's Prize 2021",)),
        ),
    ),
    Writer(
        "Octavia E. Butler", "Butler, Octavia E.", date(1947, 6, 22), date(2006, 2, 24),
        works=(
            Work("Kindred", 1979, "Science fiction"),
            Work("Parable of the Sower", 1993, "Science fiction"),
            Work("Parable of the Talents", 1998, "Science fiction", sequel=True,
                 awards=("Nebula 1999",)),
            Work("Dawn", 1987, "Science fiction"),
        ),
    ),
    Writer(
        "Isaac Asimov", "Asimov, Isaac", date(1920, 1, 2), date(1992, 4, 6), ("Paul French",),
        works=(
            Work("Foundation", 1951, "Science fiction"),
            Work("Foundation and Empire", 1952, "Science fiction", sequel=True),
            Work("Second Foundation", 1953, "Science fiction", sequel=True),
            Work("I, Robot", 1950, "Science fiction"),
            Work("The Gods Themselves", 1972, "Science fiction",
                 awards=("Nebula 1972", "Hugo 1973")),
        ),
    ),
    Writer(
        "Arthur C. Clarke", "Clarke, Arthur C.", date(1917, 12, 16), date(2008, 3, 19),
        works=(
            Work("Childhood's End", 1953, "Science fiction"),
            Work("2001: A Space Odyssey", 1968, "Science fiction"),
            Work("Rendezvous with Rama", 1973, "Science fiction",
                 awards=("Nebula 1973", "Hugo 1974")),
        ),
    ),
    Writer(
        "Philip K. Dick", "Dick, Philip K.", date(1928, 12, 16), date(1982, 3, 2),
        works=(
            Work("The Man in the High Castle", 1962, "Science fiction", awards=("Hugo 1963",)),
            Work("Do Androids Dream of Electric Sheep?", 1968, "Science fiction"),
            Work("Ubik", 1969, "Science fiction"),
        ),
    ),
    Writer(
        "Stanisław Lem", "Lem, Stanisław", date(1921, 9, 12), date(2006, 3, 27),
        works=(
            Work("Solaris", 1961, "Science fiction"),
            Work("The Cyberiad", 1965, "Science fiction",
                 also=(("Michael Kandel", "translator"),)),
        ),
    ),
    Writer(
        "Frank Herbert", "Herbert, Frank", date(1920, 10, 8), date(1986, 2, 11),
        works=(
            Work("Dune", 1965, "Science fiction", awards=("Nebula 1965", "Hugo 1966")),
            Work("Dune Messiah", 1969, "Science fiction", sequel=True),
        ),
    ),
    Writer(
        "Iain M. Banks", "Banks, Iain M.", date(1954, 2, 16), date(2013, 6, 9), ("Iain Banks",),
        works=(
            Work("Consider Phlebas", 1987, "Science fiction"),
            Work("The Player of Games", 1988, "Science fiction"),
            Work("Use of Weapons", 1990, "Science fiction"),
            Work("The Wasp Factory", 1984, "Contemporary"),
        ),
    ),
    Writer(
        "Douglas Adams", "Adams, Douglas", date(1952, 3, 11), date(2001, 5, 11),
        works=(
            Work("The Hitchhiker's Guide to the Galaxy", 1979, "Science fiction"),
            Work("The Restaurant at the End of the Universe", 1980, "Science fiction",
                 sequel=True),
            Work("Life, the Universe and Everything", 1982, "Science fiction", sequel=True),
            Work("Last Chance to See", 1990, "Nature", also=(("Mark Carwardine", "author"),)),
        ),
    ),
    Writer(
        "Mary Shelley", "Shelley, Mary", date(1797, 8, 30), date(1851, 2, 1),
        works=(Work("Frankenstein", 1818, "Classics"), Work("The Last Man", 1826, "Classics")),
    ),
    Writer(
        "Jane Austen", "Austen, Jane", date(1775, 12, 16), date(1817, 7, 18), ("A Lady",),
        works=(
            Work("Sense and Sensibility", 1811, "Classics"),
            Work("Pride and Prejudice", 1813, "Classics"),
            Work("Emma", 1815, "Classics"),
            Work("Persuasion", 1817, "Classics"),
        ),
    ),
    Writer(
        "Charlotte Brontë", "Brontë, Charlotte", date(1816, 4, 21), date(1855, 3, 31),
        ("Currer Bell",),
        works=(Work("Jane Eyre", 1847, "Classics"), Work("Villette", 1853, "Classics")),
    ),
    Writer(
        "Emily Brontë", "Brontë, Emily", date(1818, 7, 30), date(1848, 12, 19), ("Ellis Bell",),
        works=(Work("Wuthering Heights", 1847, "Classics"),),
    ),
    Writer(
        "George Eliot", "Eliot, George", date(1819, 11, 22), date(1880, 12, 22),
        ("Mary Ann Evans",),
        works=(Work("Middlemarch", 1871, "Classics"), Work("Silas Marner", 1861, "Classics")),
    ),
    Writer(
        "Charles Dickens", "Dickens, Charles", date(1812, 2, 7), date(1870, 6, 9), ("Boz",),
        works=(
            Work("A Christmas Carol", 1843, "Classics"),
            Work("David Copperfield", 1850, "Classics"),
            Work("Bleak House", 1853, "Classics"),
            Work("Great Expectations", 1861, "Classics"),
        ),
    ),
    Writer(
        "Leo Tolstoy", "Tolstoy, Leo", date(1828, 9, 9), date(1910, 11, 20),
        works=(
            Work("War and Peace", 1869, "Classics", also=_GARNETT),
            Work("Anna Karenina", 1878, "Classics", also=_GARNETT),
        ),
    ),
    Writer(
        "Fyodor Dostoevsky", "Dostoevsky, Fyodor", date(1821, 11, 11), date(1881, 2, 9),
        works=(
            Work("Crime and Punishment", 1866, "Classics", also=_GARNETT),
            Work("The Idiot", 1869, "Classics", also=_GARNETT),
            Work("The Brothers Karamazov", 1880, "Classics", also=_GARNETT),
        ),
    ),
    Writer(
        "Virginia Woolf", "Woolf, Virginia", date(1882, 1, 25), date(1941, 3, 28),
        works=(
            Work("Mrs Dalloway", 1925, "Classics"),
            Work("To the Lighthouse", 1927, "Classics"),
            Work("Orlando", 1928, "Classics"),
        ),
    ),
    Writer(
        "Franz Kafka", "Kafka, Franz", date(1883, 7, 3), date(1924, 6, 3),
        works=(Work("The Trial", 1925, "Classics"), Work("The Castle", 1926, "Classics")),
    ),
    Writer(
        "Italo Calvino", "Calvino, Italo", date(1923, 10, 15), date(1985, 9, 19),
        works=(
            Work("Invisible Cities", 1972, "Contemporary", also=_WEAVER),
            Work("If on a winter's night a traveler", 1979, "Contemporary", also=_WEAVER),
            Work("Cosmicomics", 1965, "Contemporary", also=_WEAVER),
        ),
    ),
    Writer(
        "Gabriel García Márquez", "García Márquez, Gabriel", date(1927, 3, 6), date(2014, 4, 17),
        works=(
            Work("One Hundred Years of Solitude", 1967, "Contemporary", also=_RABASSA),
            Work("Chronicle of a Death Foretold", 1981, "Contemporary", also=_RABASSA),
        ),
    ),
    Writer(
        "Toni Morrison", "Morrison, Toni", date(1931, 2, 18), date(2019, 8, 5),
        works=(
            Work("Song of Solomon", 1977, "Contemporary"),
            Work("Beloved", 1987, "Contemporary", awards=("Pulitzer Prize 1988",)),
        ),
    ),
    Writer(
        "Margaret Atwood", "Atwood, Margaret", date(1939, 11, 18),
        works=(
            Work("The Handmaid's Tale", 1985, "Contemporary"),
            Work("The Testaments", 2019, "Contemporary", sequel=True,
                 awards=("Booker Prize 2019",)),
            Work("The Blind Assassin", 2000, "Contemporary", awards=("Booker Prize 2000",)),
            Work("Oryx and Crake", 2003, "Science fiction"),
        ),
    ),
    Writer(
        "Kazuo Ishiguro", "Ishiguro, Kazuo", date(1954, 11, 8),
        works=(
            Work("The Remains of the Day", 1989, "Contemporary", awards=("Booker Prize 1989",)),
            Work("Never Let Me Go", 2005, "Contemporary"),
            Work("Klara and the Sun", 2021, "Contemporary"),
        ),
    ),
    Writer(
        "Haruki Murakami", "Murakami, Haruki", date(1949, 1, 12),
        works=(
            Work("Norwegian Wood", 1987, "Contemporary", also=(("Jay Rubin", "translator"),)),
            Work("The Wind-Up Bird Chronicle", 1995, "Contemporary",
                 also=(("Jay Rubin", "translator"),)),
        ),
    ),
    Writer(
        "Chimamanda Ngozi Adichie", "Adichie, Chimamanda Ngozi", date(1977, 9, 15),
        works=(
            Work("Half of a Yellow Sun", 2006, "Contemporary", awards=("Women's Prize 2007",)),
            Work("Americanah", 2013, "Contemporary"),
        ),
    ),
    Writer(
        "Hilary Mantel", "Mantel, Hilary", date(1952, 7, 6), date(2022, 9, 22),
        works=(
            Work("Wolf Hall", 2009, "Contemporary", awards=("Booker Prize 2009",)),
            Work("Bring Up the Bodies", 2012, "Contemporary", sequel=True,
                 awards=("Booker Prize 2012",)),
            Work("The Mirror & the Light", 2020, "Contemporary", sequel=True),
        ),
    ),
    Writer(
        "Agatha Christie", "Christie, Agatha", date(1890, 9, 15), date(1976, 1, 12),
        ("Mary Westmacott",),
        works=(
            Work("The Murder of Roger Ackroyd", 1926, "Crime"),
            Work("Murder on the Orient Express", 1934, "Crime"),
            Work("Death on the Nile", 1937, "Crime"),
            Work("And Then There Were None", 1939, "Crime"),
        ),
    ),
    Writer(
        "Arthur Conan Doyle", "Doyle, Arthur Conan", date(1859, 5, 22), date(1930, 7, 7),
        works=(
            Work("A Study in Scarlet", 1887, "Crime"),
            Work("The Hound of the Baskervilles", 1902, "Crime"),
        ),
    ),
    Writer(
        "Dorothy L. Sayers", "Sayers, Dorothy L.", date(1893, 6, 13), date(1957, 12, 17),
        works=(Work("Strong Poison", 1930, "Crime"), Work("Gaudy Night", 1935, "Crime")),
    ),
    Writer(
        "Raymond Chandler", "Chandler, Raymond", date(1888, 7, 23), date(1959, 3, 26),
        works=(Work("The Big Sleep", 1939, "Crime"), Work("The Long Goodbye", 1953, "Crime")),
    ),
    Writer(
        "Lewis Carroll", "Carroll, Lewis", date(1832, 1, 27), date(1898, 1, 14),
        ("Charles Lutwidge Dodgson",),
        works=(
            Work("Alice's Adventures in Wonderland", 1865, "Stories", also=_TENNIEL),
            Work("Through the Looking-Glass", 1871, "Stories", sequel=True, also=_TENNIEL),
        ),
    ),
    Writer(
        "A. A. Milne", "Milne, A. A.", date(1882, 1, 18), date(1956, 1, 31),
        works=(
            Work("Winnie-the-Pooh", 1926, "Stories", also=_SHEPARD),
            Work("The House at Pooh Corner", 1928, "Stories", sequel=True, also=_SHEPARD),
        ),
    ),
    Writer(
        "Tove Jansson", "Jansson, Tove", date(1914, 8, 9), date(2001, 6, 27),
        works=(
            Work("Finn Family Moomintroll", 1948, "Stories"),
            Work("Moominland Midwinter", 1957, "Stories"),
            Work("The Book about Moomin, Mymble and Little My", 1952, "Picture books"),
            Work("The Summer Book", 1972, "Contemporary"),
        ),
    ),
    Writer(
        "Charles Darwin", "Darwin, Charles", date(1809, 2, 12), date(1882, 4, 19),
        works=(
            Work("The Voyage of the Beagle", 1839, "Nature"),
            Work("On the Origin of Species", 1859, "Science"),
        ),
    ),
    Writer(
        "Rachel Carson", "Carson, Rachel", date(1907, 5, 27), date(1964, 4, 14),
        works=(
            Work("The Sea Around Us", 1951, "Nature", awards=("National Book Award 1952",)),
            Work("Silent Spring", 1962, "Nature"),
        ),
    ),
    Writer(
        "Carl Sagan", "Sagan, Carl", date(1934, 11, 9), date(1996, 12, 20),
        works=(Work("Cosmos", 1980, "Science"), Work("Contact", 1985, "Science fiction")),
    ),
    Writer(
        "Oliver Sacks", "Sacks, Oliver", date(1933, 7, 9), date(2015, 8, 30),
        works=(
            Work("Awakenings", 1973, "Science"),
            Work("The Man Who Mistook His Wife for a Hat", 1985, "Science"),
        ),
    ),
    Writer(
        "Mary Beard", "Beard, Mary", date(1955, 1, 1),
        works=(Work("SPQR", 2015, "History"), Work("Women & Power", 2017, "History")),
    ),
    Writer(
        "Donald E. Knuth", "Knuth, Donald E.", date(1938, 1, 10),
        works=(
            Work("The Art of Computer Programming 1", 1968, "Computing"),
            Work("The Art of Computer Programming 2", 1969, "Computing", sequel=True),
            Work("The Art of Computer Programming 3", 1973, "Computing", sequel=True),
        ),
    ),
    Writer(
        "Douglas Hofstadter", "Hofstadter, Douglas", date(1945, 2, 15),
        works=(Work("Gödel, Escher, Bach", 1979, "Computing", awards=("Pulitzer Prize 1980",)),),
    ),
    Writer("Mark Carwardine", "Carwardine, Mark", date(1959, 3, 9)),
    Writer("Gregory Rabassa", "Rabassa, Gregory", date(1922, 3, 9), date(2016, 6, 13)),
    Writer("William Weaver", "Weaver, William", date(1923, 7, 24), date(2013, 11, 12)),
    Writer("Constance Garnett", "Garnett, Constance", date(1861, 12, 19), date(1946, 12, 17)),
    Writer("E. H. Shepard", "Shepard, E. H.", date(1879, 12, 10), date(1976, 3, 24)),
    Writer("John Tenniel", "Tenniel, John", date(1820, 2, 28), date(1914, 2, 25)),
    Writer("Michael Kandel", "Kandel, Michael", date(1941, 12, 24)),
    Writer("Jay Rubin", "Rubin, Jay", None),
)  # fmt: skip
"""Authors first, then those who only helped."""
