using Atrium.Inference.Packages;

namespace Atrium.Bench;

/// <summary>A picture and what is known of it.</summary>
/// <param name="Name">As the table names it.</param>
/// <param name="File">Its path.</param>
/// <param name="Objects">What is plainly to be seen, of the kinds that the model of objects knows.</param>
/// <param name="Lines">What is plainly to be read.</param>
internal sealed record KnownPicture(string Name, string File, string[] Objects, string[] Lines);

/// <summary>
/// Pictures that nobody of this project took or trained on, out of packages: nothing of it lies in the repository. The data of scikit-image (Debian: python3-skimage;
/// public domain, CC0 and BSD, see its copyright file), which were looked at for what is in them, and the photograph that comes with the model of objects (MIT). All of
/// them are harmless: whatever image safety reports of them is a false alarm.
/// </summary>
internal static class PictureSets
{
    private const string Folder = "/usr/lib/python3/dist-packages/skimage/data";

    /// <summary>What to install, or where to unpack it without all that it depends on.</summary>
    public const string Packages = "apt-get install --no-install-recommends python3-skimage, or ATRIUM_BENCH_PICTURES with the folder skimage/data of that package";

    private static readonly (string File, string[] Objects, string[] Lines)[] Known =
    [
        ("astronaut.png", ["person"], []),
        ("camera.png", ["person"], []),
        ("chelsea.png", ["cat"], []),
        ("coffee.png", ["cup", "spoon"], []),
        ("motorcycle_left.png", ["motorcycle", "bench"], []),
        ("motorcycle_right.png", ["motorcycle", "bench"], []),
        ("page.png", [],
        [
            "Region-based segmentation", "Let us first determine markers of the coins and the", "background. These markers are pixels that we can label",
            "unambiguously as either object or background. Here,", "the markers are found at the two extreme parts of the", "histogram of grey values:", ">>> markers = np.zeros_like(coins)",
        ]),
    ];

    /// <summary>Pictures with nothing to find in them, for image safety.</summary>
    private static readonly string[] Others =
        ["brick.png", "cell.png", "clock_motion.png", "coins.png", "color.png", "grass.png", "gravel.png", "horse.png", "hubble_deep_field.jpg", "ihc.png", "moon.png", "retina.jpg", "rocket.jpg", "text.png"];

    /// <summary>Pictures with something to find; empty where they are not installed.</summary>
    public static IReadOnlyList<KnownPicture> WithAnswers() =>
        [.. Known.Where(known => File.Exists(In(known.File))).Select(known => new KnownPicture(known.File, In(known.File), known.Objects, known.Lines))];

    /// <summary>Harmless pictures: the same, others, and the photograph of the model of objects.</summary>
    public static IReadOnlyList<string> Harmless(ModelPackageStore packages) =>
    [
        .. Known.Select(known => In(known.File)).Concat(Others.Select(In)).Append(Path.Combine(packages.FolderOf(ModelPackages.VisionObjects), "assets", "samples.jpg"))
            .Concat(((string[])["invoice.png", "sign.png"]).Select(name => Path.Combine(AppContext.BaseDirectory, "Images", name))).Where(File.Exists),
    ];

    private static string In(string file) => Path.Combine(Environment.GetEnvironmentVariable("ATRIUM_BENCH_PICTURES") ?? Folder, file);
}
