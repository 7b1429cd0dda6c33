namespace Atrium.Inference.Tests.Vision;

public sealed class PageReaderTests(ModelCache models)
{
    private static readonly string[] Invoice = ["Invoice No. 48213", "Total due: $1,299.50 by 2026-12-01", "Contact: billing@example.org", "Thank you"];
    private static readonly string[] Sign = ["EXIT", "Gate 12"];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static TheoryData<float> Turns => [0, 3, -12, 17, 30, 45, 60, 90, 135, 180, 187, 200, 225, 270, 315, 340];

    [Theory]
    [MemberData(nameof(Turns))]
    public async Task A_page_is_read_to_the_letter_whichever_way_it_is_turned(float degrees)
    {
        foreach (var (image, expected) in ((byte[], string[])[])[(TestImages.Invoice, Invoice), (TestImages.Sign, Sign)])
        {
            using var picture = TestImages.Read(TestImages.Turned(image, degrees));
            using var analyzer = await models.Models.ImageAnalyzerAsync(Cancellation);
            var lines = await analyzer.Model.ReadAsync(picture, "", Cancellation);
            Assert.Equal(expected, lines.Select(l => l.Text));
            Assert.All(lines, l => Assert.InRange(l.Confidence, 0.8f, 1));
        }
    }

    [Theory]
    [InlineData(24, 0)]
    [InlineData(-24, 0)]
    [InlineData(24, 180)]
    [InlineData(30, 90)]
    public async Task A_page_that_is_bent_is_read_to_the_letter(int bow, float degrees)
    {
        using var picture = TestImages.Read(TestImages.Turned(TestImages.Bent(TestImages.Invoice, bow), degrees));
        using var analyzer = await models.Models.ImageAnalyzerAsync(Cancellation);
        Assert.Equal(Invoice, (await analyzer.Model.ReadAsync(picture, "", Cancellation)).Select(l => l.Text));
    }
}
