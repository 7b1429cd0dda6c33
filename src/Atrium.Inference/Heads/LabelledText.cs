namespace Atrium.Inference.Heads;

/// <summary>A text and what it is: a level by label; a label that is not there is level 0.</summary>
internal sealed record LabelledText(string Text, IReadOnlyDictionary<string, int> Levels)
{
    public int LevelOf(string label) => Levels.GetValueOrDefault(label);
}
