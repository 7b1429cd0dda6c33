using Atrium.Portal.Build;

namespace Atrium.Portal.Tests.Build;

/// <summary>Samples hold what was asked, whatever is in it, and no key.</summary>
public sealed class CodeSamplesTests
{
    public static TheoryData<string> Languages => [.. CodeSamples.Languages];

    [Theory]
    [MemberData(nameof(Languages))]
    public void A_chat_has_its_texts_and_settings(string language)
    {
        var sample = CodeSamples.Of(new() { Endpoint = "http://localhost/openai/v1", Model = "chat", Messages = [("system", "Say \"yes\""), ("user", "line\none")], Temperature = 0.5, MaxTokens = 12 }, language);
        Assert.All((string[])["http://localhost/openai/v1", "\"chat\"", """Say \"yes\""", """line\none""", "0.5", "12", CodeSamples.KeyVariable], part => Assert.Contains(part, sample, StringComparison.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Languages))]
    public void Embeddings_have_their_sentences(string language)
    {
        var sample = CodeSamples.Of(new() { Endpoint = "http://localhost/openai/v1", Model = "embeddings", Inputs = ["one", "it's two"] }, language);
        Assert.Contains("\"one\"", sample, StringComparison.Ordinal);
        Assert.Contains(language == "curl" ? @"it'\''s two" : "it's two", sample, StringComparison.Ordinal);
    }
}
