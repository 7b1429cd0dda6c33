namespace Atrium.Inference.Speakers.Diarization;

/// <summary>Tells phrases of a conversation apart as they come, by what was heard before: each is of the guest whose voice explains it best, or of a new one.</summary>
internal sealed class GuestList
{
    private readonly List<SpeakerSums> _guests = [];
    private SpeakerSums _all = new();

    /// <summary>The number of the guest, from 1 on; null where there is too little to tell, and nobody yet.</summary>
    public int? Find(SpokenFeatures phrase)
    {
        var sums = phrase.Sum(0, phrase.Count);
        if (!sums.IsUsable)
        {
            return null;
        }

        _all = _all.Plus(sums);
        var (whole, best, gain) = (_all.Variances(), -1, double.MaxValue);
        for (var i = 0; i < _guests.Count; i++)
        {
            var more = SpeakerSums.Gain(_guests[i].Misfit(whole), sums.Misfit(whole), _guests[i].Plus(sums), whole);
            (best, gain) = more < gain ? (i, more) : (best, gain);
        }

        if (gain < 0 || _guests.Count == SpeakerDiarizer.MostSpeakers)
        {
            _guests[best] = _guests[best].Plus(sums);
            return best + 1;
        }

        _guests.Add(sums);
        return _guests.Count;
    }
}
