using Atrium.Inference.Llama;

namespace Atrium.Inference.Tests.Llama;

public sealed class SlotChoiceTests
{
    private const bool Free = true;
    private const bool Busy = false;

    public static TheoryData<string, int, int?, int> Cases => new()
    {
        // Slots as free/busy:held:common:use
        { "F0:0:0 F0:0:0", 0, null, 0 },
        { "F90:0:2 F80:0:1", 1, null, 0 },
        { "F90:80:2 F80:0:1", 0, null, 80 },
        { "F900:80:2 F80:0:1", 1, 0, 80 },
        { "F900:20:2 F80:0:1", 1, null, 0 },
        { "F900:80:1 F80:0:2", 0, null, 80 },
        { "B90:80:2 F80:0:1", 1, 0, 80 },
        { "B90:20:2 F80:0:1", 1, null, 0 },
        { "B90:80:3 F80:70:1", 1, null, 70 },
        { "B90:80:3 F80:80:1", 1, null, 80 },
        { "B0:0:3 B0:0:2 F50:1:1", 2, null, 1 },
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public void The_slot_with_most_of_the_conversation_is_taken_or_copied(string slots, int index, int? from, int common)
    {
        var views = slots.Split(' ').Select((text, i) =>
        {
            var numbers = text[1..].Split(':').Select(int.Parse).ToArray();
            return new SlotView(i, text[0] == 'F' ? Free : Busy, numbers[0], numbers[1], numbers[2]);
        }).ToList();

        Assert.Equal(new SlotChoice(index, from, common), SlotChoice.Of(views));
    }
}
