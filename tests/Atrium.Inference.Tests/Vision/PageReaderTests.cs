namespace Atrium.Inference.Tests.Vision;

public sealed class PageReaderTests(ModelCache models)
{
    private static readonly string[] Invoice = ["Invoice No. 48213", "Total due: $1,299.50 by 2026-12-01", "Contact: billing@example.org", "Thank you"];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    [InlineData(-12)]
    [InlineData(30)]
    [InlineData(90)]
    [InlineData(180)]
    [InlineData(270)]
    [InlineData(187)]
    public async Task A_page_is_read_whichever_way_it_is_turned(float degrees)
    {
        using var picture = TestImages.Read(TestImages.Turned(TestImages.Invoice, degrees));
        var lines = await (await models.Models.ImageAnalyzerAsync(Cancellation)).Model.ReadAsync(picture, Cancellation);
        Assert.Equal(Invoice.Select(Letters), lines.Select(l => Letters(l.Text)));
        Assert.All(lines, l => Assert.InRange(l.Confidence, 0.8f, 1));
    }

    private static string Letters(string text) => text.Replace(" ", "", StringComparison.Ordinal);
}
