using Atrium.Inference.Packages;
using Atrium.Inference.Safety;

namespace Atrium.Inference.Tests.Safety;

public sealed class OffensiveWordsTests(ModelCache models)
{
    [Fact]
    public void The_words_of_a_text_are_found_by_rating_whatever_their_case()
    {
        using var temp = new TempFolder();
        var file = temp.Sub("index.js");
        File.WriteAllText(file, "export const cuss = {\n  jerk: 2,\n  'moody': 1,\n  fine: 0\n}\n");
        var words = OffensiveWords.Read(file);
        float[] Features(string text)
        {
            var features = new float[OffensiveWords.FeatureCount];
            words.Features(text, features);
            return features;
        }

        Assert.Equal([1, 0, 0], Features("What a JERK!"));
        Assert.Equal([0, 1, 0], Features("a moody day"));
        Assert.Equal([0, 0, 0], Features("a fine day, jerky is tasty"));
    }

    [Fact]
    public void Every_slur_of_ours_is_surely_offensive_in_the_list_of_the_package()
    {
        var words = OffensiveWords.Read(Path.Combine(models.Store.FolderOf(ModelPackages.Cuss), "index.js"));
        using var reader = new StreamReader(typeof(OffensiveWords).Assembly.GetManifestResourceStream("Words/slurs.txt")!);
        var slurs = reader.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries).Where(line => line[0] != '#').ToList();
        var features = new float[OffensiveWords.FeatureCount];

        Assert.NotEmpty(slurs);
        foreach (var slur in slurs)
        {
            words.Features($"they are {slur}.", features);
            Assert.Equal([1, 0, 1], features);
        }
    }
}
