using Atrium.Inference.Vision;

namespace Atrium.Inference.Tests.Vision;

public sealed class CaptionTests
{
    [Theory]
    [InlineData("person*2 dog", "two people and a dog")]
    [InlineData("umbrella", "an umbrella")]
    [InlineData("wine glass*3 knife*2 scissors bench", "three wine glasses, two knives, scissors and a bench")]
    [InlineData("sheep*12", "many sheep")]
    [InlineData("", "an image in which no known object was found")]
    public void A_caption_counts_what_was_found(string found, string expected)
    {
        var objects = new List<DetectedObject>();
        var confidence = 1f;
        foreach (var part in found.Replace("wine glass", "wine_glass", StringComparison.Ordinal).Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            var (label, count) = part.Split('*') is [var name, var number] ? (name, int.Parse(number, null)) : (part, 1);
            confidence -= 0.1f;
            objects.AddRange(Enumerable.Repeat(new DetectedObject(label.Replace('_', ' '), confidence, default), count));
        }

        var (text, sure) = Captions.Of(objects);
        Assert.Equal(expected, text);
        Assert.Equal(objects.Count == 0 ? 0 : confidence, sure);
    }
}
